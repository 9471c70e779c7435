// The quarter's figures from a prepared workspace, why others are not there, and what to be wary of.
import { daysBetween, number, plain, where, words } from "./words.js"
import { gives } from "./workspace.js"

// `wanted`: ids of indicators. Figures and reasons by indicator, in the catalogue's order.
export function compute(workspace, period, wanted) {
  workspace.run(["DELETE FROM quarter", `INSERT INTO quarter VALUES (DATE '${period.start}', DATE '${period.end}')`])
  const known = factsOf(workspace)
  const result = { period, figures: {}, leftOut: {}, doubtful: [], cautions: [...empty(workspace), ...nameless(workspace), ...repeated(workspace)] }
  for (const [id, indicator] of Object.entries(workspace.plan.indicators)) {
    if (!wanted.includes(id) || !indicator.sums) continue
    workspace.progress(`Counting: ${indicator.name}`)
    const problem = missing(indicator, workspace, known.given) || tooShort(indicator, workspace, known, period)
    if (problem) {
      result.leftOut[id] = problem
      continue
    }
    const figure = figureOf(workspace, indicator)
    const judged = Math.max(figure.numerator, figure.denominator ?? 0)
    if (figure.unknown > 0 && figure.unknown >= judged) {
      result.leftOut[id] = `${number(figure.unknown)} of its records could not be judged, and ${number(judged)} could`
      result.doubtful.push(id)
      continue
    }
    result.figures[id] = figure
    if (figure.unknown > workspace.plan.doubtful_share * judged) {
      result.cautions.push(
        `${indicator.name}: ${number(figure.unknown)} ${figure.unknown === 1 ? "record" : "records"} ` +
          `could not be judged beside ${number(judged)} that could.`)
    }
  }
  result.cautions.push(...windowCautions(workspace.plan, known, period))
  return result
}

// Lists without a row: their figures are nought, which may not be what was meant.
const empty = ({ sources }) => sources
  .filter(({ rows, known, file }) => !rows && (known.table === "child" || !file.toLowerCase().endsWith(".xml")))
  .map((source) => `${where(source)} holds no rows, so what is counted from it is nought. Is it whole?`)

// Lists with rows that name no child: those rows are in no figure, and in no count of what is not known.
function nameless(workspace) {
  const counts = new Map(workspace.rows(workspace.plan.queries.nameless_rows))
  return workspace.sources.filter((source) => counts.has(source.number)).map((source) =>
    `${where(source)}: ${number(counts.get(source.number))} of ${number(source.rows)} rows have no child identifier and are in no figure.`)
}

// Columns that stand in a list more than once: only the first is read, and the other may be the right one.
const repeated = ({ sources }) => sources.flatMap((source) => {
  const read = new Set(Object.values(source.columns))
  const others = new Set(source.headers.filter((_, at) => !read.has(at)).map(plain))
  return [...read].sort((a, b) => a - b).map((at) => source.headers[at]).filter((header) => others.has(plain(header)))
    .map((header) => `${where(source)} has the column “${header}” more than once. The first was read.`)
})

function figureOf(workspace, indicator) {
  const [numerator, denominator, excluded, unknown, method] = workspace.rows(indicator.sums)[0]
  return { numerator, denominator: denominator ?? (indicator.own_denominator ? 0 : null), excluded, unknown, method }
}

function factsOf(workspace) {
  const day = (column) => `CAST(${column} AS VARCHAR)`
  return {
    given: workspace.gives(),
    reach: workspace.rows(`SELECT subject, ${day("complete_from")}, ${day("complete_to")} FROM coverage`),
    spans: Object.entries(workspace.plan.dated).map(([table, column]) =>
      [table, ...workspace.rows(`SELECT ${day(`min(${column})`)}, ${day(`max(${column})`)} FROM ${table}`)[0]]),
  }
}

const least = (days) => days.filter(Boolean).sort()[0] ?? null

const completeFrom = (known, table) => least(known.reach.filter(([of]) => of === table).map(([, from]) => from))

// In words, what the lists lack for an indicator; "" if nothing.
function missing(indicator, workspace, given) {
  const lacks = indicator.needs.map((need) => need.filter((one) => !given.has(one)))
  let lacking = lacks.reduce((least, one) => (one.length < least.length ? one : least)).sort()
  if (!lacking.length) return ""
  const said = []
  for (const source of workspace.sources) {
    const columns = source.missing.filter((name) => gives(source.known, [name]).some((one) => lacking.includes(one)))
    if (!columns.length) continue
    said.push(`${where(source)} has no column for ${columns.map(named).join(" and ")}`)
    lacking = lacking.filter((one) => !gives(source.known, columns).includes(one))
  }
  if (lacking.length) {
    const held = new Set([...given].map((one) => one.split(".")[0]))
    const tables = [...new Set(lacking.map((one) => one.split(".")[0]))].sort()
    const none = tables.filter((table) => !held.has(table))
    const called = (table) => workspace.plan.in_words[table]
    if (none.length) said.push(`no list was given that holds ${none.map(called).join(" or ")}`)
    for (const table of tables.filter((one) => held.has(one))) {
      const columns = lacking.filter((one) => one.startsWith(`${table}.`)).map((one) => one.split(".")[1]).sort()
      said.push(`no list was given that tells ${columns.map(named).join(" and ")} of ${called(table)}`)
    }
  }
  return said.join("; ")
}

export const named = (column) => `“${column.replaceAll("_", " ")}”`

// In words, that the lists do not reach back far enough; "" if they do.
function tooShort({ reaches, instead }, { plan }, known, period) {
  if (!reaches || (instead.length && instead.every((one) => known.given.has(one)))) return ""
  const [table, months] = reaches
  const start = completeFrom(known, table)
  if (start && start <= monthsBefore(period.start, months)) return ""
  const since = start ? `from ${words(start)}` : "without earlier ones"
  return `${months} months before the quarter are needed, and the lists hold ${plan.in_words[table]} only ${since}`
}

function monthsBefore(first, months) {
  const [year, month] = first.split("-").map(Number)
  return new Date(Date.UTC(year, month - 1 - months, 1)).toISOString().slice(0, 10)
}

// Where the dates of a list sit oddly with the quarter: it may be the wrong quarter, or taken too early.
function* windowCautions(plan, known, { start, end, label }) {
  for (const [table, first, last] of known.spans) {
    if (!first || !last) continue
    const name = plan.in_words[table]
    const reach = completeFrom(known, table)
    if (last < start || first > end) yield `The lists hold ${name} from ${words(first)} to ${words(last)}: none in ${label}.`
    else if (reach && daysBetween(start, reach) > 14) {
      yield `The lists hold ${name} only from ${words(reach)}, and the quarter begins on ${words(start)}.`
    } else if (daysBetween(last, end) > 14) {
      yield `The last of the ${name} is of ${words(last)}: was the list taken before the quarter ended?`
    }
  }
  const ends = least(known.reach.map(([, , to]) => to))
  if (ends && ends < end) yield `The return covers the time to ${words(ends)}, and the quarter ends on ${words(end)}.`
  const starts = known.reach.filter(([of, from, to]) => from && to && of !== "referral").map(([, from]) => from).sort().at(-1)
  if (starts && starts > start) yield `The return begins on ${words(starts)}, and the quarter on ${words(start)}.`
}

// What was read, from where: {text, missing} for each list, and the names of what was not used.
export function reading(workspace) {
  const doubtful = new Map(workspace.rows(workspace.plan.queries.doubtful_rows))
  return workspace.sources.map((source) => {
    const odd = doubtful.get(source.number) ?? 0
    const text = `${where(source)}: ${number(source.rows)} rows of ${source.known.name}`
    return { text: text + (odd ? `, ${number(odd)} with something to look at` : ""), missing: source.missing.map(named) }
  })
}

// What was found wrong, counted by list and column.
export function problems(workspace) {
  return workspace.rows(workspace.plan.queries.problems).map(([at, subject, position, reason, count]) => {
    const source = workspace.sources[at - 1]
    const header = position !== null && position < source.headers.length ? source.headers[position] : subject
    const whole = header === "" || ["the ", "another ", "it "].some((start) => reason.startsWith(start))
    return `${where(source)}: ${number(count)} × ${whole ? reason : `“${header}” ${reason}`}`
  })
}
