// Developer console, linked accounts and webhooks.

import { $, createElement, setText, setValue, sync } from "./dom.js";

const SECRETS = [["client_id", "Client ID"], ["client_secret", "Client secret"], ["hmac_key", "HMAC key"]];
const URLS = [
  ["token_exchange_url", "Token Exchange URL"],
  ["account_link_url", "Account Link URL"],
  ["webhook_url", "Webhook URL"],
  ["homepage_url", "App Homepage URL"],
  ["redirect_uri", "Redirect URI"],
];
const testid = (name) => `console-${name.replaceAll("_", "-")}`;

const COLORS = { delivered: "good", pending: "info", dead: "bad", dropped: "warn", completed: "good", awaiting: "info", none: "" };

/** Names of fields with unsaved changes, which polling must not overwrite. */
const edited = new Set();

function createClient(client, send) {
  const secrets = SECRETS.flatMap(([name, text]) => {
    const id = testid(name);
    return [
      createElement("label", { class: "muted", for: id }, text),
      createElement("div", { class: "copy" },
        createElement("input", { id, readonly: true, value: client[name], "data-testid": id, spellcheck: "false" }),
        createElement("button", { type: "button", "data-copy": id }, "Copy")),
    ];
  });
  const fields = URLS.map(([name, text]) => createElement("label", {}, text, createElement("input", {
    name, type: "url", "data-testid": testid(name), placeholder: "none", autocomplete: "off", spellcheck: "false",
    oninput: () => edited.add(name),
  })));
  const listed = createElement("input", {
    name: "allow_listed_for_pkce", type: "checkbox", role: "switch", "data-testid": "console-allow-listed",
    onchange: () => edited.add("allow_listed_for_pkce"),
  });
  const form = createElement("form", {
    class: "console-form",
    onsubmit: async (event) => {
      event.preventDefault();
      const changes = { allow_listed_for_pkce: listed.checked };
      for (const [name] of URLS) changes[name] = form.elements[name].value.trim();
      if (await send("PATCH", `/clients/${client.client_id}`, changes)) edited.clear();
    },
  },
  ...fields,
  createElement("label", { class: "switch" }, listed, "Allow partner-initiated sign-ins (PKCE)"),
  createElement("div", { class: "inline end" },
    createElement("button", {
      type: "button", "data-part": "enable", "data-testid": "console-enable-webhook",
      onclick: () => send("POST", `/clients/${client.client_id}/enable-webhook`),
    }, "Enable webhooks"),
    createElement("button", { type: "submit", class: "primary", "data-testid": "console-save" }, "Save")));
  return createElement("div", {}, ...secrets, form);
}

function updateClient(card, client) {
  const { elements } = card.querySelector("form");
  for (const [name] of URLS) {
    if (!edited.has(name)) setValue(elements[name], client[name]);
  }
  if (!edited.has("allow_listed_for_pkce")) elements.allow_listed_for_pkce.checked = client.allow_listed_for_pkce;
  card.querySelector("[data-part=enable]").hidden = !client.webhook_disabled;
}

function createLink(link, state, send) {
  const account = state.accounts.find(({ id }) => id === link.account_id);
  const client = state.clients.find(({ client_id: id }) => id === link.client_id);
  const pair = { client_id: link.client_id, account_id: link.account_id };
  return createElement("li", {},
    createElement("span", {}, state.clients.length > 1 ? `${account.name} · ${client.name}` : account.name),
    createElement("span", { class: "state", "data-testid": "integration-status" }),
    createElement("span", { class: "inline" },
      createElement("a", {
        class: "button", "data-testid": "open-appstore", target: "_blank", rel: "noopener",
        href: `/appstore/${link.client_id}?account=${encodeURIComponent(link.account_id)}`,
      }, "Appstore"),
      createElement("button", {
        type: "button", class: "plain", "data-part": "uninstall", "data-testid": "uninstall",
        onclick: () => send("POST", "/linking/uninstall", pair),
      }, "Uninstall")));
}

function updateLink(row, link) {
  const status = row.querySelector(".state");
  setText(status, link.status);
  status.className = `state ${COLORS[link.status]}`;
  row.querySelector("[data-part=uninstall]").disabled = link.status === "none";
}

function createDelivery(delivery, state) {
  let text = delivery.event_type;
  const device = state.devices.find(({ id }) => delivery.event_id.startsWith(`${id}_`));
  if (device) {
    const [eventName] = delivery.event_id.slice(device.id.length + 1).split(/_(?=\d+$)/);
    text = eventName === delivery.event_type ? `${text} ‹${device.name}›` : `${text} · ${eventName} ‹${device.name}›`;
  }
  return createElement("tr", { "data-testid": `delivery-${delivery.number}` },
    createElement("td", { class: "time muted" }, new Date(delivery.time * 1000).toLocaleTimeString()),
    createElement("td", { class: "status" }),
    createElement("td", { class: "request", title: delivery.request_id }, text),
    createElement("td", { class: "muted attempts" }));
}

function updateDelivery(row, delivery) {
  const status = row.querySelector(".status");
  setText(status, delivery.state);
  status.className = `status ${COLORS[delivery.state]}`;
  const response = delivery.attempts ? delivery.last_status ?? "no response" : "–";
  setText(row.querySelector(".attempts"), delivery.attempts > 1 ? `${response}, ${delivery.attempts} attempts` : String(response));
}

export function showConsole(state, send) {
  sync($("clients"), state.clients.slice(0, 1), (client) => client.client_id,
    (client) => createClient(client, send), updateClient);
  sync($("integrations"), state.integrations, (link) => `${link.client_id} ${link.account_id}`,
    (link) => createLink(link, state, send), updateLink);
  setText($("deliveries-count"), state.deliveries.length ? `${state.deliveries.length} shown` : "none");
  sync($("deliveries"), [...state.deliveries].reverse(), (delivery) => delivery.number,
    (delivery) => createDelivery(delivery, state), updateDelivery);
}
