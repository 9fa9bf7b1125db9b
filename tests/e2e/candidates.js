// Changes when Home Assistant's frontend gets the ICE candidates of its live view.
(timing) => {
  const Native = window.RTCPeerConnection;
  const delay = 500;

  window.RTCPeerConnection = class extends Native {
    // "before": all candidates are in the offer.
    async createOffer(...options) {
      const offer = await super.createOffer(...options);
      if (timing !== "before") return offer;
      await super.setLocalDescription(offer);
      while (this.iceGatheringState !== "complete") {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      return { type: "offer", sdp: this.localDescription.sdp };
    }

    async setLocalDescription(...description) {
      if (timing === "before" && this.signalingState === "have-local-offer") return;
      await super.setLocalDescription(...description);
    }

    // "after": Home Assistant has the offer long before the first candidate.
    set onicecandidate(listener) {
      super.onicecandidate = (event) =>
        timing === "after"
          ? setTimeout(() => listener.call(this, event), delay)
          : listener.call(this, event);
    }
  };
}
