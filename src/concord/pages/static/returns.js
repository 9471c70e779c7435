// Saves a return as it is filled in, through the form's own address. Without this the Save button does the same.
const form = document.querySelector("form[data-return]")
let waiting = 0
let busy = false
let again = false

// The server's page has the figures, checks and what was saved; what is being typed is left alone.
function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html")
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(old.id)
    if (!now) continue
    if (old instanceof HTMLInputElement) old.value = now.value
    else old.replaceWith(document.importNode(now, true))
  }
  for (const told of form.querySelectorAll("[id^=live-f-]")) {
    if (told.children.length) told.parentElement.querySelectorAll(".app-more").forEach((more) => { more.open = true })
  }
  for (const box of form.querySelectorAll(".app-cell")) {
    const fault = fresh.getElementById(`${box.id}-fault`)
    document.getElementById(`${box.id}-fault`)?.remove()
    box.classList.toggle("govuk-input--error", Boolean(fault))
    if (fault) {
      box.after(document.importNode(fault, true))
      box.setAttribute("aria-describedby", fault.id)
    } else box.removeAttribute("aria-describedby")
  }
}

async function save() {
  if (busy) { again = true; return }
  busy = true
  const body = new FormData(form)
  body.set("do", "save")
  for (const name of [...body.keys()]) if (name.startsWith("answer-")) body.delete(name)
  try {
    const reply = await fetch(form.action, { method: "POST", body })
    if (!reply.ok || new URL(reply.url).pathname !== location.pathname) throw new Error(reply.status)
    show(await reply.text())
  } catch {
    const saved = document.getElementById("live-saved")
    saved.textContent = "Not saved: Concord could not be reached. Your figures are still here; press Save to try again."
  }
  busy = false
  if (again) { again = false; save() }
}

form?.addEventListener("change", (event) => {
  if (event.target.matches(".app-cell, .app-pair textarea")) {
    clearTimeout(waiting)
    waiting = setTimeout(save, 300)
  }
})
form?.addEventListener("submit", () => clearTimeout(waiting))
