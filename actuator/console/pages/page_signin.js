// Signing in with a token.
import * as api from "./api.js";
import { h, paint } from "./dom.js";
import { icon } from "./icons.js";

export function sign_in_page(app, { said, signed_in }) {
  let problem = said,
    busy = false;

  async function submit(event) {
    event.preventDefault();
    const field = event.target.elements.token;
    const token = field.value.trim();
    if (!token) {
      problem = "Paste a token.";
      draw();
      field.focus();
      return;
    }
    busy = true;
    draw();
    try {
      signed_in(await api.sign_in(token));
    } catch (error) {
      busy = false;
      problem = error.status === 401 || error.status === 403 ? error.message || "This token is not known, or has expired." : error.message;
      draw();
      field.select();
    }
  }
  function draw() {
    paint(
      app,
      h(
        "main",
        { class: "sign-in" },
        h(
          "form",
          { onsubmit: submit, novalidate: true },
          h("div", { class: "brand" }, icon("brand"), h("h1", {}, "Hotspot")),
          h(
            "p",
            { class: "only-read" },
            h("label", { for: "user" }, "Console"),
            h("input", { id: "user", name: "user", autocomplete: "username", readonly: true, tabindex: "-1", value: "hotspot" }),
          ),
          h("label", { for: "token" }, "Token"),
          h("input", {
            id: "token",
            name: "token",
            type: "password",
            autocomplete: "current-password",
            spellcheck: "false",
            required: true,
            "aria-describedby": problem ? "problem hint" : "hint",
            "aria-invalid": problem ? "true" : null,
          }),
          problem && h("p", { id: "problem", class: "problem", role: "alert" }, problem),
          h("button", { class: "strong", disabled: busy }, busy ? "Signing in…" : "Sign in"),
          h("p", { id: "hint", class: "quiet" }, "An administrator makes one with ", h("code", {}, "hotspot-console token add"), "."),
        ),
      ),
    );
  }
  app.replaceChildren();
  draw();
  document.getElementById("token").focus();
}
