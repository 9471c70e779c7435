// Enhancement only: every page works without it. GOV.UK components start where data-module names them.
import { initAll } from "./vendor/govuk-frontend.min.js"

document.body.classList.add("js-enabled", "govuk-frontend-supported")
initAll()

// A form that says data-guard warns before typed text is lost.
for (const form of document.querySelectorAll("form[data-guard]")) {
  let changed = false
  form.addEventListener("input", () => { changed = true })
  form.addEventListener("submit", () => { changed = false })
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault() })
}

// What only works with scripts is shown only with them.
for (const it of document.querySelectorAll("[data-needs-script]")) it.hidden = false

// Signing in once more in another window renews what forms are sent with: this window's take it when one comes back.
addEventListener("focus", () => {
  const token = document.cookie.match(/(?:^|; )csrftoken=(\w+)/)?.[1]
  if (token) for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token
})
