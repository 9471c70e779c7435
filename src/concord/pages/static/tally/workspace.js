// The council's lists in a database in this browser's memory: the plan's statements, run by DuckDB.
import { BROWSER_RUNTIME, VoidLogger, createDuckDB } from "../vendor/tally/duckdb.js"
import * as careReturn from "./care_return.js"
import * as census from "./census.js"
import { READABLE, ending, identify, tablesOf } from "./files.js"
import { Fault, number, quoted, where } from "./words.js"
import { rootOf } from "./xml.js"

const BLOCK = 10_000
const LARGE = 5_000_000 // bytes
const BLOCK_NAME = "rows" // a file of DuckDB’s in memory: a parameter of a query has to fit on its small stack
const [CELL, ROW] = ["\x1f", "\x1e"]
const OFFLINE = ["SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false"]

let engine

// Fetch and start DuckDB: the one thing that is fetched, and before any file is chosen.
export async function start(wasm) {
  const bundle = { mainModule: wasm, mainWorker: null }
  engine = await createDuckDB({ eh: bundle, mvp: bundle }, new VoidLogger(), BROWSER_RUNTIME)
  await engine.instantiate(() => {})
}

export class Workspace {
  constructor(plan, progress) {
    Object.assign(this, { plan, progress, sources: [], ignored: [] })
    engine.open({ path: ":memory:", query: { castBigIntToDouble: true, castDecimalToDouble: true } })
    this.db = engine.connect()
    for (const sql of [...OFFLINE, ...plan.setup]) this.db.query(sql)
  }

  run(statements) {
    for (const sql of statements) this.db.query(sql)
  }

  // Rows of a query as lists of values; counts are numbers.
  rows(sql) {
    const table = this.db.query(sql)
    const columns = table.schema.fields.map((_, at) => table.getChildAt(at))
    return Array.from({ length: table.numRows }, (_, row) => columns.map((column) => column.get(row)))
  }

  async read(files) {
    for (const file of files) await this.readFile(file)
    if (this.sources.length) return
    throw new Fault(
      "None of the files given holds a list that is known: Annex A lists 1 to 9, SSDA903 files, " +
        "a children in need census, or Standard Safeguarding Dataset tables. " +
        this.ignored.map((name) => `${name} was looked at.`).join(" "))
  }

  async readFile(file) {
    const kind = ending(file.name)
    if (kind === ".parquet") {
      throw new Fault(`${file.name}: a browser cannot read Parquet. Export the table as CSV, or use the command.`)
    }
    if (!READABLE.includes(kind)) {
      throw new Fault(`${file.name}: “${kind}” is not read. Choose ${READABLE.join(", ")}.`)
    }
    if (kind === ".xml") return this.readXml(file)
    this.progress(`Opening ${file.name}${file.size > LARGE ? ", which is large and may take a minute" : ""}`)
    for await (const table of tablesOf(file)) {
      const found = identify(table, this.plan)
      if (!found) this.ignored.push(where(table))
      else this.load(this.source(table, found), found.rows)
    }
  }

  source({ file, sheet }, { known, columns, headers }) {
    const missing = Object.keys(known.columns).filter((name) => !(name in columns) && !known.columns[name].optional)
    const source = { number: this.sources.length + 1, file, sheet, known, columns, headers, missing, rows: 0 }
    this.sources.push(source)
    return source
  }

  load(source, rows) {
    this.progress(`Reading ${where(source)} (${source.known.title}, ${source.known.name})`)
    let block = []
    for (const row of rows) {
      if (block.push(row) < BLOCK) continue
      this.stage(source, block)
      block = []
      this.progress(`Reading ${where(source)}: ${number(source.rows)} rows`)
    }
    this.stage(source, block)
  }

  stage(source, block) {
    if (!block.length) return
    const clean = (cell) => cell.replace(/[\x1e\x1f\u00a0]/g, " ")
    const text = block.map(([line, cells]) => [line, ...cells.map(clean)].join(CELL)).join(ROW)
    this.db.query("DELETE FROM raw")
    engine.registerFileBuffer(BLOCK_NAME, new TextEncoder().encode(text))
    this.db.query(
      `INSERT INTO raw SELECT CAST(cells[1] AS BIGINT) + ${source.number * this.plan.lines}, cells[2:] FROM (` +
        `SELECT string_split(unnest(string_split(content, chr(30))), chr(31)) AS cells FROM read_text('${BLOCK_NAME}'))`)
    engine.dropFile(BLOCK_NAME)
    source.rows += block.length
    const beyond = Math.max(...block.map(([, cells]) => cells.length)) // where DuckDB finds NULL
    const at = (name) => source.columns[name] ?? beyond
    this.run(source.known.stage.map((sql) => sql.replace(/«(\w+?)(\+1)?»/g, (_, name, one) => at(name) + (one ? 1 : 0))))
  }

  async readXml(file) {
    const root = await rootOf(file)
    if (root === census.ROOT) await this.takeIn(file, census)
    else if (root === this.plan.care_return.root) await this.takeIn(file, careReturn)
    else this.ignored.push(`${file.name} (XML, but neither a children in need census nor SSDA903)`)
  }

  // Stage the records of an XML file, a block of a list at a time, and then what did not fit (with the first list).
  async takeIn(file, reader) {
    const [sources, waiting, latest, misfits] = [{}, {}, {}, []]
    for (const [key, headers] of Object.entries(reader.headersOf(this.plan))) {
      const known = this.plan.lists.find((one) => one.key === key)
      const columns = Object.fromEntries(Object.keys(known.columns).map((name, at) => [name, at]))
      sources[key] = this.source({ file: file.name, sheet: known.title }, { known, columns, headers })
      waiting[key] = []
      latest[key] = 0
    }
    const first = Object.values(sources)[0]
    this.progress(`Reading ${file.name} (${this.plan.formats[first.known.format].title})`)
    for await (const [key, line, cells] of reader.records(file, this.plan, misfits)) {
      latest[key] = Math.max(line, latest[key] + 1) // a number of its own, even where all stands on one line
      if (waiting[key].push([latest[key], cells]) < BLOCK) continue
      this.stage(sources[key], waiting[key])
      waiting[key] = []
      this.progress(`Reading ${file.name}: ${number(sources[key].rows)} ${sources[key].known.name}`)
    }
    for (const [key, source] of Object.entries(sources)) this.stage(source, waiting[key])
    this.insert("fault", misfits.map(({ line, child, tag, reason }) =>
      `(${first.number * this.plan.lines + line}, ${quoted(child)}, ${quoted(tag)}, NULL, NULL, ${quoted(reason)})`))
  }

  insert(table, rows) {
    for (let at = 0; at < rows.length; at += 1000) {
      this.db.query(`INSERT INTO ${table} VALUES ${rows.slice(at, at + 1000).join(", ")}`)
    }
  }

  // Bring what was read to the canonical tables; set copies aside. A Fault where two sources hold one thing.
  prepare() {
    this.oneSourceEach()
    this.progress("Checking")
    this.run(["DROP TABLE raw"])
    const lists = new Set(this.sources.map((source) => source.known))
    for (const known of lists) this.run(known.copies)
    for (const [key, form] of Object.entries(this.plan.formats)) {
      if (this.sources.some((source) => source.known.format === key)) this.run(form.statements)
    }
    for (const known of lists) this.run([`DROP TABLE ${known.key}`])
    const { first, numbers } = this.plan.working_days
    this.run([
      ...this.plan.checks,
      `INSERT INTO working_day SELECT DATE '${first}' + CAST(generate_subscripts(numbers, 1) - 1 AS INTEGER), ` +
        `unnest(numbers) FROM (SELECT [${numbers}] AS numbers)`,
    ])
  }

  oneSourceEach() {
    const feeding = new Map()
    const { formats } = this.plan
    for (const { known, columns } of this.sources) {
      for (const given of gives(known, Object.keys(columns))) {
        const table = given.split(".")[0]
        const other = feeding.get(table) ?? known.format
        feeding.set(table, other)
        if (other === known.format || table === "child") continue
        throw new Fault(
          `${formats[other].title} and ${formats[known.format].title} both hold ${known.name}, ` +
            "and a child would be counted twice. Give one of them, or put them side by side with “tally compare”.")
      }
    }
  }

  // The canonical columns that the lists given make possible.
  gives() {
    return new Set(this.sources.flatMap(({ known, columns }) => gives(known, Object.keys(columns))))
  }

  // Lines of CSV for the council's own eyes: every row left out or doubtful, and every row behind a figure.
  async *lines(ids) {
    const widest = Math.max(0, ...this.sources.map((source) => source.headers.length)) + 26
    this.run([
      "CREATE OR REPLACE TEMP TABLE source_name (number INTEGER, file VARCHAR, sheet VARCHAR, unit VARCHAR)",
      "CREATE OR REPLACE TEMP TABLE letter (position INTEGER, name VARCHAR)",
    ])
    this.insert("source_name", this.sources.map(({ number: at, file, sheet }) =>
      `(${at}, ${quoted(file)}, ${quoted(sheet)}, '${ending(file) === ".xml" ? "line" : "row"}')`))
    this.insert("letter", Array.from({ length: widest }, (_, at) => `(${at}, '${letter(at)}')`))
    yield `\ufeff${this.plan.exclusion_columns.join()}\r\n`
    for (const sql of [this.plan.queries.fault_lines, ...ids.map((id) => this.plan.indicators[id].rows)]) {
      for await (const batch of await this.db.send(sql)) {
        const column = batch.getChildAt(0)
        yield Array.from({ length: batch.numRows }, (_, row) => `${column.get(row)}\r\n`).join("")
      }
    }
  }
}

export const gives = (known, names) => names.flatMap((name) => known.columns[name].gives)

// Excel's name of a column, from 0: 0 is A, 26 is AA.
const letter = (at) => (at < 26 ? "" : letter(Math.floor(at / 26) - 1)) + String.fromCharCode(65 + (at % 26))
