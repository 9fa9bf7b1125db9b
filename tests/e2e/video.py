"""Reads what a video element shows."""

from playwright.async_api import Locator

_FRAMES = "video => video.getVideoPlaybackQuality().totalVideoFrames"
# Below the name of the device and above the bar that moves in any case.
_CLOCK = """video => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight / 4];
  canvas.getContext("2d").drawImage(video, 0, -video.videoHeight / 2);
  return canvas.toDataURL();
}"""


async def frames(video: Locator) -> int:
    """Return how many frames were decoded."""
    count: int = await video.evaluate(_FRAMES)
    return count


async def clock(video: Locator) -> str:
    """Return the picture of the clock in a video of the simulator."""
    picture: str = await video.evaluate(_CLOCK)
    return picture


async def is_playing(video: Locator) -> bool:
    """Return whether the video has started."""
    playing: bool = await video.evaluate(
        "video => video.currentTime > 0 && !video.paused && video.videoWidth > 0"
    )
    return playing
