// The return: one line an indicator, and the proof, before anything can be sent, that no child is in it.
import { Fault, cell, quoted } from "./words.js"

// The return as CSV, in the columns of the command's file. Throws a Fault unless it is proved.
export function provedReturn(workspace, result, authority) {
  const { plan } = workspace
  const lines = Object.entries(result.figures).map(([id, one]) => ({ authority, period: result.period.key, id, ...one }))
  prove(workspace, lines)
  const rows = lines.map((one) => [
    one.authority, one.period, one.id, String(one.numerator), one.denominator === null ? "" : String(one.denominator),
    one.method, String(one.excluded), String(one.unknown), plan.indicators[one.id].version, plan.version, plan.hash,
  ])
  return [plan.columns, ...rows].map((cells) => `${cells.map(cell).join()}\r\n`).join("")
}

// Each cell must have the one form that it may take, none of which has room for a record.
function prove(workspace, lines) {
  const { plan } = workspace
  const read = workspace.sources.reduce((sum, source) => sum + source.rows, 0)
  const said = new Set([plan.version, plan.hash])
  for (const line of lines) {
    const its = `The figure of “${line.id}”`
    if (!Object.hasOwn(plan.indicators, line.id) || !/^[0-9]{3}$/.test(line.authority)) {
      throw new Fault("A line names no indicator or no authority that is known. Nothing can be sent.")
    }
    if (!/^20\d\d-\d\dQ[1-4]$/.test(line.period)) throw new Fault(`${its} is of no quarter. Nothing can be sent.`)
    const methods = line.method.split("; ")
    if (!methods.every((method) => plan.methods.includes(method))) {
      throw new Fault(`${its} has a method that no definition knows. Nothing can be sent.`)
    }
    const counts = [line.numerator, line.denominator ?? 0, line.excluded, line.unknown]
    if (!counts.every((count) => Number.isInteger(count) && count >= 0 && count <= read)) {
      throw new Fault(`${its} holds a number that is no count of the rows read. Nothing can be sent.`)
    }
    for (const word of [line.id, ...methods]) said.add(word)
  }
  const children = plan.tables.map((table) => `SELECT child FROM ${table}`).join(" UNION ALL ")
  const words = [...said].map(quoted).join()
  if (workspace.rows(`SELECT count(*) FROM (${children}) WHERE child IN (${words})`)[0][0]) {
    throw new Fault("A word of the return is a child’s identifier. Nothing can be sent.")
  }
}

// Whether a count in a figure is small enough for a child to be known from it.
export function isSmall(indicator, { numerator, denominator }, most) {
  const rest = indicator.kind === "proportion" && denominator !== null ? [denominator - numerator] : []
  return indicator.whole && [numerator, ...rest].some((count) => count > 0 && count <= most)
}
