// Live sessions, and the requests to the pre-signed URLs.

import { $, createElement, setText, sync } from "./dom.js";

let state = null;

function createSession(session) {
  const device = state.devices.find(({ id }) => id === session.device_id);
  return createElement("li", { "data-testid": `live-${session.id}` },
    createElement("span", {}, device?.name ?? "Removed device"),
    createElement("span", { class: "muted" }));
}

function updateSession(row, session) {
  const left = Math.max(0, Math.round(session.ends_at - state.time));
  setText(row.querySelector(".muted"), `${session.connection}, ${left} s left`);
}

export function showMedia(current) {
  state = current;
  const { live_view: live, downloads } = state;
  setText($("live-figures"),
    `${live.started} live views started, ${live.deleted} ended by the app, ${live.expired} after their time`);
  setText($("download-figures"),
    `${downloads.requests} downloads, ${downloads.bearers_seen} with an access token`);
  $("live-end").disabled = live.sessions.length === 0;
  sync($("live-sessions"), live.sessions, (session) => session.id, createSession, updateSession);
}
