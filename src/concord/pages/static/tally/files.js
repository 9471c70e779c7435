// From files to lists: what each table in a file is, where its columns stand, and its rows as text.
import { Fault, plain, where } from "./words.js"
import { sheetsOf } from "./workbook.js"

const WORKBOOKS = [".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"]

export const ending = (name) => (name.match(/\.[^.]*$/)?.[0] ?? "").toLowerCase()

export const READABLE = [...WORKBOOKS, ".csv", ".xml"]

// The tables in a workbook or CSV: {file, sheet, rows, beside}, rows an iterator of [line, cells], beside the names of
// all sheets.
export async function* tablesOf(file) {
  const bytes = new Uint8Array(await file.arrayBuffer())
  if (ending(file.name) === ".csv") yield { file: file.name, sheet: "", rows: csv(textOf(file.name, bytes), file.name), beside: [] }
  else for (const [sheet, rows, beside] of sheetsOf(file.name, bytes)) yield { file: file.name, sheet, rows, beside }
}

function textOf(name, bytes) {
  const wide = { "255,254": "utf-16le", "254,255": "utf-16be" }[bytes.subarray(0, 2).join()]
  if (wide) return new TextDecoder(wide).decode(bytes)
  if (bytes.subarray(0, 1 << 16).includes(0)) {
    throw new Fault(`${name}: this is not a text file. If it is a workbook, give it its right ending.`)
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder("windows-1252").decode(bytes)
  }
}

// Rows of a CSV with the number of the line on which each ends. A Fault where a quote never closes.
export function* csv(text, name) {
  const first = text.slice(0, text.search(/\n|$/))
  const mark = [",", ";", "\t", "|"].reduce((best, one) => (count(first, one) > count(first, best) ? one : best))
  const stop = new RegExp(`${mark === "|" ? "\\|" : mark}|\r\n|\r|\n`, "g")
  let [at, line] = [0, 0]
  while (at < text.length) {
    const [cells, start] = [[], at]
    for (let found; found === undefined || found[0] === mark; ) {
      let value = ""
      if (text[at] === '"') [value, at] = unquoted(text, at + 1, () => unclosed(name, line + 1))
      stop.lastIndex = at
      found = stop.exec(text)
      cells.push(value + text.slice(at, found?.index))
      at = found ? stop.lastIndex : text.length
      if (!found) break
    }
    const record = text.slice(start, at)
    line += (record.match(/\r\n|\r|\n/g)?.length ?? 0) + (/[\r\n]$/.test(record) ? 0 : 1)
    if (cells.some(Boolean)) yield [line, cells]
  }
}

const count = (text, one) => text.split(one).length - 1

const unclosed = (name, line) =>
  new Fault(
    `${name}: a quotation mark opens in line ${line} and is never closed, so all that follows would be ` +
      "one cell, and none of the file was used. Take it out, or export the list again.")

function unquoted(text, at, fault) {
  let value = ""
  for (;;) {
    const end = text.indexOf('"', at)
    if (end < 0 && /[\r\n][^\r\n]/.test(text.slice(at))) throw fault()
    if (end < 0) return [value + text.slice(at), text.length]
    value += text.slice(at, end)
    if (text[end + 1] !== '"') return [value, end + 1]
    value += '"'
    at = end + 2
  }
}

// Which list a table is: by its name where that says so, else by its headers, in the row that names most columns.
// Null if it is no list; a Fault where the name says what it is and no header is found. Beside a sheet called “List 3”
// no other of the workbook is taken for that list by its headers alone.
export function identify(table, plan) {
  const first = []
  for (let next; first.length < plan.header_within && !(next = table.rows.next()).done; ) first.push(next.value)
  const named = listNamed(plan, table.sheet, table.file.replace(/\.[^.]*$/, ""))
  if (named?.length === 0) return null
  const taken = new Set(table.beside.flatMap((name) => listNamed(plan, name) ?? []))
  const every = plan.lists.filter((known) => !taken.has(known))
  let best = null
  for (const [at, [, headers]] of first.entries()) {
    const plainly = headers.map(plain)
    for (const known of named ?? every) {
      const columns = match(known, plainly, named !== undefined)
      const score = Object.keys(columns).length
      if ("child" in columns && tells(known, columns, plan) && score > (best?.score ?? 0)) {
        best = { score, at, known, columns, headers }
      }
    }
  }
  if (best) return { ...best, rows: after(first.slice(best.at + 1), table.rows) }
  if (!named || !first.length) return null
  throw new Fault(
    `${where(table)}: no header row of ${named[0].title} (${named[0].name}) was found in its first ` +
      `${plan.header_within} rows. Give back the header row as the guidance has it, or take the sheet out.`)
}

function* after(first, rest) {
  yield* first
  yield* rest
}

function match(known, headers, loosely) {
  if (known.unless && headers.some((header) => whole(known.unless).test(header))) return {}
  const columns = Object.entries(known.columns)
  const found = positions(columns.map(([name, { header }]) => [name, header]), headers)
  if (!loosely) return found
  const placed = Object.values(found)
  const left = headers.map((header, at) => (placed.includes(at) ? "" : header))
  const wanted = columns.filter(([name, { loose }]) => loose && !(name in found)).map(([name, { loose }]) => [name, loose])
  return { ...found, ...positions(wanted, left) }
}

// Name -> position of the first header that its pattern fits whole.
const positions = (wanted, headers) =>
  Object.fromEntries(wanted.map(([name, pattern]) => [name, headers.findIndex((header) => whole(pattern).test(header))])
    .filter(([, position]) => position >= 0))

const patterns = new Map()

function whole(pattern) {
  if (!patterns.has(pattern)) patterns.set(pattern, new RegExp(`^(?:${pattern})$`))
  return patterns.get(pattern)
}

const tells = (known, columns, plan) =>
  (known.table === "child" && "born" in columns && "sex" in columns) ||
  Object.keys(columns).some((name) => !plan.particulars.includes(name))

function listNamed(plan, ...names) {
  for (const text of names) {
    const found = plain(text).match(/\blist (\d{1,2})\b/)
    if (found) return [plan.formats.annexa.lists[`list_${Number(found[1])}`]].filter(Boolean)
  }
  return undefined
}
