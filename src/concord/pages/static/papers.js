// Saves a section while it is written, through the form's own address. Without this the Save button does the same.
const form = document.querySelector("form[data-autosave]")
const said = form?.querySelector("[data-saved]")
let waiting = 0
let busy = false
let again = false

async function save() {
  if (busy) { again = true; return }
  busy = true
  const body = new FormData(form)
  body.set("do", "autosave")
  let why = "Concord could not be reached. Your text is still here; press Save to try again."
  try {
    const reply = await fetch(form.action, { method: "POST", body })
    if (reply.status === 403) why = "you were signed out, or may not write here now. Your text is still here: sign in in another window, come back, and press Save."
    if (!(reply.headers.get("Content-Type") ?? "").includes("json")) throw new Error(reply.status)
    const told = await reply.json()
    if (told.version !== undefined) form.elements.version.value = told.version
    said.textContent = told.said
  } catch {
    said.textContent = `Not saved: ${why}`
  }
  busy = false
  if (again) { again = false; save() }
}

form?.addEventListener("input", () => {
  clearTimeout(waiting)
  waiting = setTimeout(save, 3000)
})
form?.addEventListener("submit", () => clearTimeout(waiting))
