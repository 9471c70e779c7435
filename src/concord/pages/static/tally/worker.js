// Reads, counts and proves, apart from the page so that it stays at hand. It holds the children's records, and
// gives back figures, sentences, and the file of rows that the person keeps.
import { compute, problems, reading } from "./figures.js"
import { isSmall, provedReturn } from "./proof.js"
import { Fault } from "./words.js"
import { Workspace, start } from "./workspace.js"

let plan, workspace, result

const tell = (did, more = {}) => postMessage({ did, ...more })

const STEPS = {
  async start({ planAt, engineAt }) {
    const answer = await fetch(planAt)
    if (!answer.ok) throw new Fault("The definitions could not be fetched. Load this page again.")
    plan = await answer.json()
    plan.lists = []
    for (const [format, { lists }] of Object.entries(plan.formats)) {
      for (const [key, known] of Object.entries(lists)) plan.lists.push(Object.assign(known, { format, key }))
    }
    await start(engineAt)
    tell("started")
  },

  async count({ files, period, authority, wanted }) {
    workspace = result = null
    const fresh = new Workspace(plan, (text) => tell("progress", { text }))
    await fresh.read(files)
    fresh.prepare()
    workspace = fresh
    result = compute(workspace, period, wanted)
    const figures = Object.entries(result.figures).map(([id, figure]) =>
      ({ id, ...plan.indicators[id], ...figure, sums: null, rows: null, small: isSmall(plan.indicators[id], figure, plan.small) }))
    const leftOut = Object.entries(result.leftOut).map(([id, reason]) => ({ name: plan.indicators[id].name, reason }))
    const text = figures.length ? provedReturn(workspace, result, authority) : ""
    tell("counted", {
      figures, leftOut, text, cautions: result.cautions, reading: reading(workspace), ignored: workspace.ignored,
      problems: problems(workspace),
    })
  },

  async rows() {
    const parts = []
    for await (const part of workspace.lines([...Object.keys(result.figures), ...result.doubtful])) parts.push(part)
    tell("rows", { file: new Blob(parts, { type: "text/csv" }) })
  },
}

// One thing at a time, in the order in which it was asked for.
let turn = Promise.resolve()
onmessage = ({ data }) => {
  turn = turn.then(() => STEPS[data.do](data)).catch((problem) => {
    const odd = `The browser gave up (${problem.message}). Load this page again; if it happens again, use the command.`
    tell("fault", { text: problem instanceof Fault ? problem.message : odd })
  })
}
