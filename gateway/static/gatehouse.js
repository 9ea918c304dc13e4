// What pages need beyond htmx: focus, busy buttons, switches, the tablet's reset. No library, nothing kept in storage.
"use strict";
{
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (name, handler, options) => document.addEventListener(name, handler, options);
  const html = document.documentElement;

  // Focus: htmx drops it to <body> when it replaces what had it. It goes to the summary of errors, the heading or the result.
  const RESULT = "[autofocus], .error-summary, h1, h2, [tabindex]";
  let lost = false;
  const focus = (element, scroll = true) => {
    if (!element) return;
    if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
    element.focus({ preventScroll: !scroll });
  };
  on("htmx:before:swap", (event) => {
    const target = event.detail.ctx?.target;
    lost = target instanceof Element && target.contains(document.activeElement);
  });
  on("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    const target = ctx.target instanceof Element ? ctx.target : null;
    const scope = (target?.isConnected ? target : target?.id && document.getElementById(target.id)) || event.target;
    const quiet = target?.dataset.quiet !== undefined || ctx.sourceElement?.dataset?.quiet !== undefined;
    const active = document.activeElement;
    const held = active && active !== document.body && active.isConnected;
    const urgent = $(".error-summary, .banner.danger[autofocus]", scope);
    if (urgent) focus(urgent);
    else if (!held && (lost || !quiet)) focus(scope.matches?.(RESULT) ? scope : $(RESULT, scope) || $("#main"), !quiet);
    ready(scope);
  });

  // Errors link to their field: the summary's link puts the cursor there, under its label.
  on("click", (event) => {
    const link = event.target.closest?.(".error-summary a[href^='#']");
    const found = link && document.getElementById(link.hash.slice(1));
    if (!found) return;
    event.preventDefault();
    const field = found.matches("fieldset") ? $("input", found) || found : found;
    field.focus({ preventScroll: true });
    (field.closest(".field") || field).scrollIntoView({ block: "start" });
  });

  // A form is sent once: the pressed button says so until the answer is there.
  const rest = (form) => [form, ...$$("[aria-busy=true]", form)].forEach((element) => element.removeAttribute("aria-busy"));
  on("submit", (event) => {
    const form = event.target;
    if (form.method === "get" && !form.hasAttribute("hx-get")) return; // perhaps a download, after which the page stays
    if (form.ariaBusy === "true") {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.setAttribute("aria-busy", "true");
    event.submitter?.setAttribute("aria-busy", "true");
  }, true);
  addEventListener("pageshow", () => $$("form[aria-busy=true]").forEach(rest));
  on("htmx:config:request", (event) => { // htmx reads a button's own address only where it boosts the form
    const { request } = event.detail.ctx;
    const own = request.submitter?.getAttribute("formaction");
    if (own) request.action = own;
  });
  on("htmx:finally:request", (event) => {
    const source = event.detail.ctx.sourceElement;
    const keep = event.detail.ctx.hx?.redirect; // the next page is loading
    if (source?.matches?.("form") && !keep) rest(source);
  });

  // No answer from the network or the server: say so above the form, leave the form as it is.
  const failed = (event) => {
    const { ctx } = event.detail;
    const slot = $("#problem");
    const template = $("#net-failed");
    if (!slot || !template || ctx?.sourceElement?.dataset?.quiet !== undefined || (ctx?.response && ctx.response.status < 500)) return;
    if (ctx?.request?.method === "GET" && ctx.sourceElement?.hasAttribute("hx-trigger")) return;
    const notice = template.content.firstElementChild.cloneNode(true);
    const id = ctx?.response?.headers?.get("x-request-id");
    const place = $("[data-request-id]", notice);
    place.textContent = id ? `${place.dataset.requestId} ${id}` : "";
    slot.replaceChildren(notice);
    focus(notice);
  };
  on("htmx:error", failed);
  on("htmx:response:error", failed);
  const network = () => { const bar = $("#offline"); if (bar) bar.hidden = navigator.onLine; };
  addEventListener("online", network);
  addEventListener("offline", network);

  // A board that changes by itself leaves alone what somebody is filling in.
  on("input", (event) => event.target.closest("[data-live] form")?.setAttribute("hx-morph-skip", ""));

  // Language: the same page in the other language, with everything typed so far put back.
  const typed = () => $$("main input, main select, main textarea").filter((f) => f.name && !["hidden", "file", "password"].includes(f.type));
  const restore = (before) => {
    for (const old of before) {
      const found = $$(`main [name="${CSS.escape(old.name)}"]`).filter((f) => f.type === old.type);
      const field = found.find((f) => ["radio", "checkbox"].includes(old.type) ? f.value === old.value : true);
      if (!field) continue;
      if ("checked" in old && ["radio", "checkbox"].includes(old.type)) field.checked = old.checked;
      else field.value = old.value;
    }
  };
  on("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-language]")) return;
    event.preventDefault();
    const before = typed();
    try {
      await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, event.submitter)), redirect: "manual" });
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      html.lang = page.documentElement.lang;
      document.title = page.title;
      document.body.replaceChildren(...page.body.childNodes);
      restore(before);
      globalThis.htmx?.process(document.body);
      ready(document);
      focus($("[data-language] button"), false);
    } catch {
      location.reload();
    }
  });

  // Theme: at once on this page, kept by the server.
  on("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-theme-switch]")) return;
    event.preventDefault();
    rest(form);
    const dark = html.dataset.theme ? html.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    event.submitter.value = dark ? "light" : "dark";
    html.dataset.theme = event.submitter.value;
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, event.submitter)), redirect: "manual" });
  });

  // Small acts on the page.
  on("click", async (event) => {
    const button = event.target.closest?.("[data-copy], [data-print], [data-digit]");
    if (!button) return;
    if (button.matches("[data-print]")) print();
    if (button.matches("[data-digit]")) press(button);
    if (button.matches("[data-copy]")) {
      await navigator.clipboard.writeText(button.dataset.copy);
      const says = document.createElement("p");
      says.className = "toast";
      says.textContent = button.dataset.done;
      $("#live").replaceChildren(says);
    }
  });
  const press = (button) => {
    const field = document.getElementById(button.closest("[data-keypad]").dataset.keypad);
    const { digit } = button.dataset;
    if (digit === "clear") field.value = "";
    else if (digit === "back") field.value = field.value.slice(0, -1);
    else if (field.value.length < (field.maxLength < 0 ? 99 : field.maxLength)) field.value += digit;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  // Six digits are a whole code: it sends itself, unless a scanner is still typing something longer.
  let whole;
  on("input", (event) => {
    const field = event.target;
    clearTimeout(whole);
    if (field.matches?.(".by-itself .code-input") && /^\d{6}$/.test(field.value)) whole = setTimeout(() => field.form.requestSubmit(), 400);
  });
  new MutationObserver(() => setTimeout(() => $$("#live .toast").forEach((t) => t.remove()), 6000)).observe($("#live") || document.body, { childList: true });
  // What the page before has done was there before anybody listened: said once more, it is heard.
  const done = $("#live > .toast");
  if (done) setTimeout(() => done.replaceWith(done.cloneNode(true)), 200);

  // Countdowns are text, once a minute.
  const span = (seconds) => {
    const minutes = Math.floor(seconds / 60);
    const [value, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 2880 ? [Math.floor(minutes / 60), "hour"] : [Math.floor(minutes / 1440), "day"];
    return new Intl.NumberFormat(html.lang, { style: "unit", unit, unitDisplay: "long" }).format(value).replace(/(\d)(?=[^\d.,\s])/, "$1 ");
  };
  const count = () => $$("[data-until]").forEach((time) => {
    const rest = (Date.parse(time.dateTime) - Date.now()) / 1000;
    if (Math.abs(rest) >= 60) time.textContent = (rest > 0 ? time.dataset.left : time.dataset.late).replace("{span}", span(Math.abs(rest)));
    time.classList.toggle("late", rest < 0);
  });
  setInterval(count, 60000);

  // The tablet: back to the welcome page when nobody is there. A question first; any touch is an answer.
  const idle = () => {
    const limit = Number(document.body.dataset.idle);
    const box = $("#idle");
    if (!limit || !box || location.pathname === document.body.dataset.home) return;
    const warning = Math.min(15, limit);
    let touched = Date.now();
    const leave = () => {
      const out = $("[data-leave]"); // whoever is signed in at the tablet is signed out
      clearInterval(clock);
      if (out) out.requestSubmit();
      else location.replace(document.body.dataset.home);
    };
    const stay = () => { touched = Date.now(); box.hidden = true; };
    for (const name of ["pointerdown", "keydown", "input"]) on(name, stay, { passive: true });
    const clock = setInterval(() => {
      const left = Math.ceil(limit - (Date.now() - touched) / 1000);
      if (left <= 0) return leave();
      if (left <= warning) {
        const text = $("[data-says]", box);
        if (box.hidden || left % 5 === 0) text.textContent = text.dataset.says.replace("{n}", left);
        box.hidden = false;
      } else if (left > warning) box.hidden = true;
    }, 1000);
  };

  // A drawn signature: the pad is fetched only where there is one, and typing the name is always enough.
  const sign = async (field) => {
    const { default: Pad } = await import(field.dataset.sign);
    const canvas = $("canvas", field);
    field.hidden = false;
    const scale = Math.max(devicePixelRatio, 1);
    canvas.width = canvas.offsetWidth * scale;
    canvas.height = canvas.offsetHeight * scale;
    canvas.getContext("2d").scale(scale, scale);
    const pad = new Pad(canvas);
    const hidden = $("input", field);
    pad.addEventListener("endStroke", () => { hidden.value = pad.toDataURL("image/png"); });
    $("button", field).addEventListener("click", () => { pad.clear(); hidden.value = ""; });
  };

  // Photos are made small before they are sent; the limit is in kilobytes.
  on("change", async (event) => {
    const field = event.target;
    const file = field.files?.[0];
    if (!field.dataset?.shrink || !file || file.size <= field.dataset.shrink * 1024) return;
    const picture = await createImageBitmap(file);
    for (let side = 1280, quality = 0.8; quality > 0.2; side *= 0.85, quality -= 0.1) {
      const scale = Math.min(1, side / Math.max(picture.width, picture.height));
      const canvas = Object.assign(document.createElement("canvas"), { width: picture.width * scale, height: picture.height * scale });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (blob.size > field.dataset.shrink * 1024 && quality > 0.3) continue;
      const list = new DataTransfer();
      list.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
      field.files = list.files;
      return;
    }
  });

  // The camera: what it needs is fetched at the first tap on its button.
  const camera = (box) => {
    if (!navigator.mediaDevices?.getUserMedia) return;
    box.hidden = false;
    $("button", box).addEventListener("click", async () => (await import(box.dataset.camera)).default(box), { once: true });
  };

  const ready = (root) => {
    $$("[data-keypad][hidden]", root).forEach((pad) => { pad.hidden = false; });
    $$("[data-sign][hidden]", root).forEach(sign);
    if (root.matches?.("[data-sign][hidden]")) sign(root);
    $$("[data-camera][hidden]", root).forEach(camera);
    count();
  };
  ready(document);
  network();
  idle();
}
