// Measures from the offer of a live view to its first frame, in milliseconds.
(() => {
  const Native = window.RTCPeerConnection;
  let offeredAt;

  window.RTCPeerConnection = class extends Native {
    createOffer(...options) {
      offeredAt = performance.now();
      window.firstFrame = undefined;
      return super.createOffer(...options);
    }
  };

  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...source,
    set(stream) {
      source.set.call(this, stream);
      if (stream === null) return;
      this.requestVideoFrameCallback(() => {
        window.firstFrame ??= performance.now() - offeredAt;
      });
    },
  });
})();
