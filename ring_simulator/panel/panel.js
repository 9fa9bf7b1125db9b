// Panel: shows the simulator's state every second and sends changes to the control API.

import { showConsole } from "./console.js";
import { $, createElement, setText, setValue, slug, spaced, sync } from "./dom.js";
import { showMedia } from "./media.js";

const BASE = "/_simulator";

const PRESETS = [
  { id: "429", text: "429 Retry-After", fault: { status: 429, retry_after: 30 } },
  { id: "500", text: "500", fault: { status: 500 } },
  { id: "503", text: "503", fault: { status: 503 } },
  { id: "406", text: "406 for the API", fault: { status: 406, path: "/v1/*" } },
  { id: "401", text: "401 for the API", fault: { status: 401, body: "empty", path: "/v1/*" } },
  { id: "slow", text: "Slow responses", fault: { body: "slow" } },
  { id: "reset", text: "Connection reset", fault: { body: "reset" } },
  { id: "html", text: "HTML page", fault: { status: 502, body: "html" } },
  { id: "truncated", text: "Truncated JSON", fault: { body: "truncated" } },
];

const UNITS = { temperature: "°C", humidity: "%", battery: "%", pm25: "µg/m³", co: "ppm" };
const MOTIONS = { human: "person", vehicle: "vehicle", animal: "animal", package: "package", other_motion: "other", motion: "motion" };
const ALARMS = { contact: "open", flood: "flood", freeze: "freeze", tamper: "tamper" };

let state = null;

// ---- control API

async function send(method, path, body) {
  try {
    const response = await fetch(BASE + path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const result = await response.json();
    if (!response.ok) throw new Error(result.error);
    showError("");
    return result;
  } catch (error) {
    showError(error.message);
    return null;
  } finally {
    if (method !== "GET") await refresh();
  }
}

async function refresh() {
  try {
    const response = await fetch(`${BASE}/state`);
    if (!response.ok) throw new Error(response.statusText);
    state = await response.json();
    showConnection(true);
    update();
  } catch {
    showConnection(false);
  }
}

function showConnection(live) {
  const status = $("connection");
  const text = live ? "Connected" : "Not connected";
  if (status.textContent === text) return;
  status.textContent = text;
  status.className = `connection ${live ? "live" : "lost"}`;
}

function showError(message) {
  $("message").textContent = message;
  $("message").hidden = !message;
}

// ---- devices

const change = (id, values) => send("PATCH", `/devices/${id}`, values);

function createSwitch(part, text, onchange, alarm = false) {
  const input = createElement("input", { type: "checkbox", role: "switch", "data-part": part, onchange });
  return createElement("label", { class: alarm ? "switch alarm" : "switch" }, input, text);
}

function createReading(device, name) {
  if (name in ALARMS) {
    return createSwitch(name, ALARMS[name], (event) => change(device.id, { readings: { [name]: event.target.checked } }), true);
  }
  const numeric = typeof device.readings[name] === "number";
  const input = createElement("input", {
    type: numeric ? "number" : "text", step: "any", "data-part": name,
    onchange: (event) => {
      const value = numeric ? event.target.valueAsNumber : event.target.value;
      change(device.id, { readings: { [name]: value } });
    },
  });
  return createElement("label", {}, name, input, UNITS[name] ?? "");
}

function createAction(text, part, onclick) {
  return createElement("button", { type: "button", "data-part": part, onclick }, text);
}

function createActions({ id, kind, camera, encryption }) {
  if (!camera || encryption === "e2ee") return [];
  const press = createAction("Press", "press", () => send("POST", `/devices/${id}/press`));
  const motions = Object.entries(MOTIONS).map(([subType, text]) => createAction(
    text, `motion-${subType}`, () => send("POST", `/devices/${id}/motion`, { sub_type: subType }),
  ));
  const label = createElement("span", { class: "muted" }, "Motion");
  return [...(kind === "doorbell" ? [press] : []), label, ...motions];
}

function createDevice(device) {
  const { id } = device;
  const name = createElement("input", {
    class: "device-name", "data-part": "name", maxlength: 60, autocomplete: "off",
    onchange: (event) => change(id, { name: event.target.value }),
    onkeydown: (event) => { if (event.key === "Enter") event.target.blur(); },
  });
  const controls = createElement("div", { class: "device-controls" });
  if (device.motion_detection !== null) {
    controls.append(createSwitch("motion", "motion", (event) => change(id, { motion_detection: event.target.checked })));
  }
  controls.append(createSwitch("online", "online", (event) => change(id, { online: event.target.checked })));
  return createElement("li", {},
    createElement("div", {}, name, createElement("div", { class: "kind" })),
    controls,
    createElement("button", { type: "button", class: "plain", "data-part": "remove", onclick: () => send("DELETE", `/devices/${id}`) }, "Remove"),
    createElement("div", { class: "readings" }, ...Object.keys(device.readings).map((key) => createReading(device, key))),
    createElement("div", { class: "actions" }, ...createActions(device)),
  );
}

function badges(device) {
  const list = [spaced(device.kind)];
  if (device.encryption === "take") list.push("TAKE encrypted");
  if (device.encryption === "e2ee") list.push("E2EE, not listed");
  if (device.reported_at === null) list.push("never reported");
  return list;
}

function updateDevice(row, device) {
  row.classList.toggle("offline", !device.online);
  sync(row.querySelector(".kind"), badges(device), (text) => text,
    (text) => createElement("span", { class: text === spaced(device.kind) ? "" : "badge" }, text));
  const values = {
    name: device.name, online: device.online, motion: device.motion_detection, ...device.readings,
  };
  for (const input of row.querySelectorAll("[data-part]")) {
    const { part } = input.dataset;
    input.dataset.testid = `device-${slug(device.name)}-${part}`;
    input.setAttribute("aria-label", `${device.name}: ${part}`);
    if (input.type === "checkbox") input.checked = values[part];
    else if (part in values) setValue(input, values[part]);
  }
}

// ---- tokens

const latestPlayground = () => state.tokens.findLast((token) => token.kind === "playground");

function lifetime(token) {
  if (token.state !== "valid") return token.state;
  const seconds = Math.max(0, Math.round(token.expires_at - state.time));
  if (seconds < 120) return `${seconds} s left`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min left`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h left`;
  return `${Math.round(seconds / 86400)} days left`;
}

function createToken(token) {
  const button = (verb) => createElement("button", {
    type: "button", class: "plain", "data-testid": `token-${token.label}-${verb}`,
    onclick: () => send("POST", `/tokens/${verb}`, { token: token.label }),
  }, verb);
  return createElement("li", { "data-testid": `token-${token.label}` },
    createElement("span", {}, token.label), createElement("span", { class: "state" }),
    createElement("span", { class: "inline" }, button("expire"), button("revoke")));
}

function updateToken(row, token) {
  const status = row.querySelector(".state");
  setText(status, lifetime(token));
  status.className = `state ${token.state === "valid" ? "good" : "bad"}`;
  for (const button of row.querySelectorAll("button")) button.disabled = token.state !== "valid";
}

// ---- faults

function describe(fault) {
  const parts = [fault.status ?? "original status"];
  if (fault.body !== "json") parts.push(spaced(fault.body));
  if (fault.delay) parts.push(`after ${fault.delay} s`);
  if (fault.retry_after !== null) parts.push(`Retry-After ${fault.retry_after}`);
  if (fault.share < 1) parts.push(`${Math.round(fault.share * 100)} %`);
  if (fault.every) parts.push(`${fault.every[0]} on, ${fault.every[1]} off`);
  parts.push(`${fault.method === "*" ? "" : `${fault.method} `}${fault.path}`);
  return parts.join(" · ");
}

function createFault(fault) {
  return createElement("li", { "data-testid": fault.id },
    createElement("span", {}, describe(fault)), createElement("span", { class: "muted applied" }),
    createElement("button", { type: "button", class: "plain", "aria-label": `End ${fault.id}`, onclick: () => send("DELETE", `/faults/${fault.id}`) }, "End"));
}

function updateFault(row, fault) {
  const total = fault.count === null ? "" : ` of ${fault.count}`;
  setText(row.querySelector(".applied"), `${fault.applied}${total} applied`);
}

/** Return the active fault that is the same as a preset's. */
function activeFault({ fault }) {
  const expected = { status: null, path: "*", method: "*", body: "json", count: null, retry_after: null, delay: 0, ...fault };
  return state?.faults.find((active) => Object.entries(expected).every(([name, value]) => active[name] === value));
}

function togglePreset(preset) {
  const active = activeFault(preset);
  return active ? send("DELETE", `/faults/${active.id}`) : send("POST", "/faults", preset.fault);
}

// ---- requests

function createRequest(record) {
  const status = record.status ?? "reset";
  const color = record.status === null || status >= 500 ? "bad" : status >= 400 ? "warn" : status >= 300 ? "info" : "good";
  let path = record.path;
  for (const device of state.devices) path = path.replace(device.id, `‹${device.name}›`);
  const query = Object.entries(record.query).map(([name, value]) => `${name}=${value}`).join("&");
  const text = `${record.method} ${path}${query ? `?${query}` : ""}`;
  return createElement("tr", {},
    createElement("td", { class: "time muted" }, new Date(record.time * 1000).toLocaleTimeString()),
    createElement("td", { class: `status ${color}` }, String(status)),
    createElement("td", { class: "request", title: record.path }, text),
    createElement("td", { class: "muted" }, record.token ?? "–"),
    createElement("td", { class: "muted" }, record.fault ?? ""));
}

// ---- page

function update() {
  const { devices, faults, tokens, accounts, requests, rate_limit: rate } = state;
  const account = accounts[0];
  setText($("subtitle"), account ? `${account.name} · ${account.email}` : "No account");
  setText($("figure-online"), `${devices.filter((device) => device.online).length} of ${devices.length}`);
  setText($("figure-faults"), String(faults.length));
  setText($("figure-peak"), `${rate.max_in_window} of ${rate.limit}`);

  sync($("add-kind"), state.kinds, (kind) => kind, (kind) => createElement("option", { value: kind }, spaced(kind)));
  sync($("devices"), devices, (device) => device.id, createDevice, updateDevice);

  PRESETS.forEach((preset, index) => {
    $("presets").children[index].setAttribute("aria-pressed", activeFault(preset) !== undefined);
  });
  $("fault-clear").disabled = faults.length === 0;
  sync($("faults"), faults, (fault) => fault.id, createFault, updateFault);

  const latest = latestPlayground();
  setValue($("token-value"), latest?.value ?? "");
  for (const id of ["token-expire", "token-revoke"]) $(id).disabled = latest?.state !== "valid";
  sync($("tokens"), [...tokens].reverse(), (token) => token.label, createToken, updateToken);

  for (const input of $("settings").elements) setValue(input, state.settings[input.name] ?? "");
  showConsole(state, send);
  showMedia(state);
  setText($("requests-count"), requests.length ? `${requests.length} shown` : "none");
  sync($("requests"), [...requests].reverse(), (record) => record.number, createRequest);
}

$("presets").append(...PRESETS.map((preset) => createElement("button", {
  type: "button", "data-testid": `fault-${preset.id}`, "aria-pressed": "false",
  onclick: () => togglePreset(preset),
}, preset.text)));

$("reset").addEventListener("click", () => send("POST", "/reset"));
$("fault-clear").addEventListener("click", () => send("DELETE", "/faults"));
$("live-end").addEventListener("click", () => send("DELETE", "/live_view/sessions"));
$("token-issue").addEventListener("click", () => send("POST", "/tokens/playground"));
$("token-revoke-all").addEventListener("click", () => send("POST", "/tokens/revoke"));
for (const verb of ["expire", "revoke"]) {
  $(`token-${verb}`).addEventListener("click", () => send("POST", `/tokens/${verb}`, { token: latestPlayground().label }));
}

$("add-device").addEventListener("submit", async (event) => {
  event.preventDefault();
  const added = await send("POST", "/devices", { kind: $("add-kind").value, name: $("add-name").value });
  if (added) $("add-name").value = "";
});

$("add-fault").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const number = (name) => (form.get(name) === "" ? undefined : Number(form.get(name)));
  send("POST", "/faults", {
    path: form.get("path") || "*", body: form.get("body"), status: number("status"),
    count: number("count"), delay: number("delay"), retry_after: form.get("retry_after") || undefined,
  });
});

$("settings").addEventListener("submit", (event) => event.preventDefault());
$("settings").addEventListener("change", ({ target }) => {
  const numeric = target.type === "number" || typeof state.settings[target.name] === "number";
  const value = numeric ? Number(target.value) : target.value;
  send("PATCH", "/settings", { [target.name]: target.value === "" ? null : value });
});

document.addEventListener("click", async (event) => {
  const { copy } = event.target.dataset ?? {};
  if (!copy) return;
  $(copy).select();
  await navigator.clipboard.writeText($(copy).value);
  event.target.textContent = "Copied";
  setTimeout(() => { event.target.textContent = "Copy"; }, 1500);
});

async function poll() {
  if (!document.hidden) await refresh();
  setTimeout(poll, 1000);
}

poll();
