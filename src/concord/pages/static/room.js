// The room: what is typed is kept on this computer until the server has it, and sent again under the same key, so
// that nothing is lost or doubled when the connection drops. Without this script the plain form works.
const form = document.querySelector("form[data-room]")
if (form) room(form)

function room(form) {
  const place = `concord.room.${form.dataset.room}`
  const state = form.querySelector("[data-room-state]")
  const waiting = form.querySelector("[data-room-waiting]")
  const list = form.querySelector("[data-room-list]")
  const record = document.querySelector("[data-room-record]")
  const names = ["kind", "line", "text", "evidence", "owner", "due-day", "due-month", "due-year"]
  const kept = ["kind", "line"] // the next finding is often of the same sort
  let sending = false

  const read = (key, empty) => JSON.parse(localStorage.getItem(`${place}.${key}`) ?? "null") ?? empty
  const write = (key, value) => localStorage.setItem(`${place}.${key}`, JSON.stringify(value))
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("")
  const typed = () => Object.fromEntries(names.map((name) => [name, form.elements[name]?.value ?? ""]))

  function say(text, kind = "") {
    state.hidden = !text
    state.dataset.kind = kind
    state.textContent = text
  }

  function show() {
    const queue = read("queue", [])
    waiting.hidden = !queue.length
    list.replaceChildren(...queue.map((entry) => {
      const item = document.createElement("li")
      item.textContent = entry.fault ? `${entry.text} (${entry.fault})` : entry.text
      if (entry.fault) {
        const back = document.createElement("button")
        back.type = "button"
        back.className = "app-link-button"
        back.textContent = "Change it"
        back.addEventListener("click", () => takeUp(entry))
        item.append(" ", back)
      }
      return item
    }))
  }

  function fill(entry) {
    for (const name of names) if (form.elements[name]) form.elements[name].value = entry[name] ?? ""
    form.elements.client_key.value = entry.client_key ?? newKey()
  }

  function takeUp(entry) {
    write("queue", read("queue", []).filter((it) => it.client_key !== entry.client_key))
    fill(entry)
    write("draft", entry)
    show()
    form.elements.text.focus()
  }

  async function send() {
    if (sending) return
    sending = true
    try {
      for (const entry of read("queue", []).filter((it) => !it.fault)) {
        const answer = await post(entry)
        if (!answer) break
      }
    } finally {
      sending = false
      show()
    }
  }

  async function post(entry) {
    const body = new FormData()
    for (const [name, value] of Object.entries(entry)) body.append(name, value)
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value)
    let answer
    try {
      answer = await fetch(location.href, { method: "POST", body, headers: { "X-Concord-Room": "1" }, redirect: "error" })
    } catch {
      say("There is no connection. What you write is kept on this computer and sent when it is back.", "away")
      return false
    }
    const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : null
    const queue = read("queue", [])
    if (answer.ok && told) {
      write("queue", queue.filter((it) => it.client_key !== told.kept))
      record.innerHTML = told.html // drawn and escaped by the server
      say("Everything is written down.")
      return true
    }
    if (answer.status === 422 && told) {
      const fault = Object.values(told.faults).join(". ")
      write("queue", queue.map((it) => (it.client_key === entry.client_key ? { ...it, fault } : it)))
      say("One finding was not accepted. It is kept below: change it and write it down again.", "away")
      return true
    }
    say("The server did not take it. If you were signed out, sign in again in this window: what waits is kept on this computer.", "away")
    return false
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault()
    if (!form.elements.text.value.trim()) {
      say("Write it down in words first.", "away")
      form.elements.text.focus()
      return
    }
    const entry = { ...typed(), client_key: form.elements.client_key.value || newKey() }
    write("queue", [...read("queue", []).filter((it) => it.client_key !== entry.client_key), entry])
    write("draft", null)
    fill(Object.fromEntries(kept.map((name) => [name, entry[name]])))
    form.elements.text.focus()
    show()
    send()
  })
  form.addEventListener("input", () => write("draft", { ...typed(), client_key: form.elements.client_key.value }))
  addEventListener("online", send)
  addEventListener("beforeunload", (event) => { if (read("queue", []).length) event.preventDefault() })
  setInterval(() => { if (read("queue", []).some((it) => !it.fault)) send() }, 10_000)

  const draft = read("draft", null)
  if (draft && !form.querySelector(".govuk-error-message")) fill(draft)
  show()
  send()
}
