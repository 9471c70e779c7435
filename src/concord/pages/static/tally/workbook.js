// A workbook's sheets as rows of text, with error cells, and formulas whose value was never saved, in their place.
import { SSF, read } from "../vendor/tally/xlsx.js"
import { Fault } from "./words.js"

const NO_VALUE = "#FORMULA"
const ERRORS = { 0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A" }
const FIRST_DAY = { false: Date.UTC(1899, 11, 30), true: Date.UTC(1904, 0, 1) }
const LEADS = [[0x50, 0x4b], [0xd0, 0xcf]] // a zip, an old Excel file

// Name and rows of each sheet, and the names of all; a row is [number in Excel, cells], blank rows left out.
export function* sheetsOf(name, bytes) {
  const book = opened(name, bytes)
  const since = FIRST_DAY[Boolean(book.Workbook?.WBProps?.date1904)]
  for (const sheet of book.SheetNames) yield [sheet, rows(book.Sheets[sheet]["!data"] ?? [], since), book.SheetNames]
}

function opened(name, bytes) {
  try {
    if (!LEADS.some((lead) => lead.every((byte, at) => bytes[at] === byte))) throw new Error("it is not one")
    return read(bytes, { type: "array", dense: true, cellNF: true, cellText: false, sheetStubs: true })
  } catch (problem) {
    throw new Fault(`${name}: this workbook cannot be opened (${problem.message}). Save it as .xlsx and try again.`)
  }
}

function* rows(data, since) {
  for (const [at, row] of data.entries()) {
    const cells = Array.from(row ?? [], (cell) => (cell ? asText(cell, since) : ""))
    if (cells.some(Boolean)) yield [at + 1, cells]
  }
}

function asText(cell, since) {
  if (cell.t === "e") return ERRORS[cell.v] ?? cell.w ?? "#VALUE!"
  if (cell.f !== undefined && (cell.t === "z" || cell.v === "")) return NO_VALUE
  if (cell.t === "z") return ""
  if (cell.t === "n") return isDay(cell.z) ? asDay(cell.v, since) : asNumber(cell.v)
  return String(cell.v ?? "").replaceAll("\u00a0", " ").trim()
}

const asNumber = (value) => String(Number.isInteger(value) ? BigInt(value) : value)

const isDay = (format) => typeof format === "string" && !/\[[hms]+\]/i.test(format) && SSF.is_date(format)

function asDay(value, since) {
  const [day, time] = new Date(since + Math.round(value * 86_400_000)).toISOString().slice(0, 19).split("T")
  if (value < 1) return time
  return time === "00:00:00" ? day : `${day} ${time}`
}
