// The page: takes files, shows what the worker counted, saves the list of rows, fills the form that is sent.
import { number } from "./words.js"

const at = (name) => document.getElementById(name ? `tally-${name}` : "tally")
const setup = JSON.parse(at("setup").textContent)
const absolute = (path) => new URL(path, location.href).href
let files = []

// The worker is one line of this page's own, so that this page's security policy holds in it too.
const line = new Blob([`import ${JSON.stringify(absolute(setup.workerAt))}`], { type: "text/javascript" })
const worker = new Worker(URL.createObjectURL(line), { type: "module" })
const ask = (todo, more = {}) => worker.postMessage({ do: todo, ...more })

at("without").hidden = true
at().hidden = false
ask("start", { planAt: absolute(setup.planAt), engineAt: absolute(setup.engineAt) })

const ANSWERS = {
  started() {
    at("files").disabled = false
    state("Ready. From here on nothing is fetched: you can cut the network until you put the figures into the return.")
  },
  progress: ({ text }) => state(`${text}…`, true),
  counted(found) {
    const rows = found.reading.length
    state(`Counted: ${found.figures.length} of ${setup.wanted.length} figures, from ${rows} ${rows === 1 ? "list" : "lists"}.`)
    at("figures").replaceChildren(...figureRows(found.figures))
    list("left-out", found.leftOut.map(({ name, reason }) => `${name}: ${reason}.`))
    list("cautions", found.cautions)
    list("problems", found.problems)
    at("reading").replaceChildren(
      ...found.reading.map(({ text, missing }) =>
        make("li", missing.length ? `${text}. No column for ${missing.join(", ")}.` : `${text}.`)),
      ...(found.ignored.length ? [make("li", `Not used: ${found.ignored.join("; ")}.`)] : []))
    at("text").value = at("sent").textContent = found.text
    at("send").querySelector("button").disabled = !found.text
    at("results").hidden = false
    at("figures-title").focus()
  },
  rows({ file }) {
    const link = make("a")
    link.href = URL.createObjectURL(file)
    link.download = `tally-rows-${setup.authority}-${setup.period.key}.csv`
    link.click()
    URL.revokeObjectURL(link.href)
    state(`Saved as ${link.download}. It names children: keep it where your lists are.`)
  },
  fault({ text }) {
    state("")
    at("fault-text").textContent = text
    at("fault").hidden = false
    at("fault").focus()
  },
}

worker.onmessage = ({ data: { did, ...more } }) => ANSWERS[did](more)
worker.onerror = (problem) => {
  at("without").hidden = false
  ANSWERS.fault({ text: `This browser cannot count here (${problem.message || "its worker did not start"}). Use the command, as below.` })
}

function state(text, busy = false) {
  at("state").textContent = text
  at("busy").hidden = !busy
}

function count(chosen) {
  if (!chosen.length || at("files").disabled) return
  files = [...chosen].sort((one, other) => (one.name < other.name ? -1 : 1))
  at("fault").hidden = at("results").hidden = true
  at("text").value = ""
  state("Reading…", true)
  ask("count", { files, period: setup.period, authority: setup.authority, wanted: setup.wanted })
}

at("files").addEventListener("change", ({ target }) => count(target.files))
at("save").addEventListener("click", () => {
  state("Writing the list of rows…", true)
  ask("rows")
})
for (const kind of ["dragover", "dragleave", "drop"]) {
  at("drop").addEventListener(kind, (event) => {
    event.preventDefault()
    at("drop").classList.toggle("app-drop--over", kind === "dragover")
    if (kind === "drop") count(event.dataTransfer.files)
  })
}

function make(tag, text = "", classes = "") {
  const element = document.createElement(tag)
  element.textContent = text
  if (classes) element.className = classes
  return element
}

function list(name, sentences) {
  at(name).hidden = !sentences.length
  at(name).querySelector("ul").replaceChildren(...sentences.map((text) => make("li", text)))
}

function* figureRows(figures) {
  let group = ""
  for (const figure of figures) {
    if (figure.group !== group) {
      group = figure.group
      const row = make("tr", "", "app-group")
      const head = make("th", group)
      head.colSpan = 7
      head.scope = "colgroup"
      row.append(head)
      yield row
    }
    yield figureRow(figure)
  }
}

function figureRow(figure) {
  const row = make("tr")
  row.dataset.indicator = figure.id
  const name = make("th", figure.name)
  name.scope = "row"
  if (figure.small) name.append(make("span", "small number", "app-small"))
  const cells = [
    ofText(figure.numerator, figure.denominator), valueText(figure), ofText(...(setup.last[figure.id] ?? [null])),
    number(figure.excluded), number(figure.unknown),
  ].map((text) => make("td", text, "govuk-table__cell--numeric"))
  row.append(name, ...cells, make("td", figure.method, "app-method"))
  return row
}

const ofText = (over, under) =>
  over === null ? "–" : under === null || under === undefined ? number(over) : `${number(over)} of ${number(under)}`

function valueText({ numerator, denominator, multiplier, decimals, unit }) {
  if (!denominator) return "–"
  const value = ((numerator * multiplier) / denominator).toLocaleString("en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
  return unit === "%" ? `${value}%` : `${value} ${unit}`
}
