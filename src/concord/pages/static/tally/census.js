// A children in need census, child by child, each element held against the census's order.
import sax from "../vendor/tally/sax.js"
import { Fault } from "./words.js"

const local = (name) => name.slice(name.indexOf(":") + 1)

// Whether the file is a census: its first element says so.
export async function isCensus(file) {
  const head = await file.slice(0, 65_536).text()
  return local(head.replace(/<!--[^]*?-->|<[?!][^>]*>/g, "").match(/<([\w:.-]+)/)?.[1] ?? "") === "Message"
}

// Records as [list, line, cells], in the order of the list's columns; what does not fit goes to `misfits`.
export async function* records(file, plan, misfits) {
  const parser = sax.parser(true, { position: true })
  const waiting = []
  let [children, reference, failed] = [0, "", null]
  const open = []
  parser.onerror = (problem) => { failed ??= problem; parser.error = null }
  parser.onopentag = ({ name }) => {
    const tag = local(name)
    if (!open.length && tag !== "Child" && tag !== "ReferenceDate") return
    const element = { tag, line: parser.line + 1, text: "", tail: "", parts: [] }
    open.at(-1)?.parts.push(element)
    open.push(element)
  }
  parser.ontext = parser.oncdata = (text) => {
    const around = open.at(-1)
    if (!around) return
    const before = around.parts.at(-1)
    if (before) before.tail += text
    else around.text += text
  }
  parser.oncomment = () => open.at(-1)?.parts.push({ tag: null, tail: "" })
  parser.onclosetag = () => {
    const element = open.pop()
    if (open.length || !element) return
    if (element.tag === "ReferenceDate") reference = element.text.trim()
    else waiting.push([element, reference])
  }
  for await (const text of textOf(file)) {
    feed(parser, text)
    if (failed) break
    for (const [child, on] of waiting.splice(0)) {
      children += 1
      yield* recordsOf(child, on, plan, misfits)
    }
  }
  if (!failed) feed(parser, null)
  if (failed) {
    throw new Fault(
      `${file.name}: the XML breaks off after ${children.toLocaleString("en-GB")} children ` +
        `(${failed.message.split("\n")[0]}, line ${parser.line + 1}). ` +
        "Make the file again; half a census gives wrong figures, so none of it was used.")
  }
}

function feed(parser, text) {
  if (text === null) parser.close()
  else parser.write(text)
}

async function* textOf(file) {
  const head = new Uint8Array(await file.slice(0, 200).arrayBuffer())
  const wide = { "255,254": "utf-16le", "254,255": "utf-16be" }[head.subarray(0, 2).join()]
  const said = new TextDecoder("latin1").decode(head).match(/^[^>]*encoding=["']([\w-]+)/)?.[1]
  const stream = file.stream().pipeThrough(new TextDecoderStream(wide ?? said ?? "utf-8"))
  const reader = stream.getReader()
  for (let piece; !(piece = await reader.read()).done; ) yield piece.value
}

function* recordsOf(element, reference, plan, misfits) {
  const id = (element.parts.find((part) => part.tag === "ChildIdentifiers")
    ?.parts.find((part) => part.tag === "LAchildID")?.text ?? "").trim()
  const child = readElement(element, "Child", id, plan.census.order, misfits)
  const facts = child.blocks.find((block) => block.name === "ChildIdentifiers")?.facts ?? {}
  const cells = (key, from) => [id, ...wanted(plan, key).map((name) => from[name] ?? "")]
  yield ["cin_child", child.line, [id, facts.PersonBirthDate ?? "", facts.Sex || (facts.GenderCurrent ?? ""), reference]]
  for (const one of child.blocks) {
    if (one.name !== "CINdetails") continue
    yield ["cin_referral", one.line, cells("cin_referral", one.facts)]
    for (const part of one.blocks) {
      const key = plan.census.inside[part.name]
      if (!key) continue
      part.facts.CINreferralDate = one.facts.CINreferralDate ?? ""
      yield [key, part.line, cells(key, part.facts)]
    }
  }
}

const wanted = (plan, key) => Object.values(plan.formats.cin.lists[key].columns).map((one) => one.header).slice(1)

// An element with the plain elements and the blocks in it, held against the order on the way.
function readElement(element, name, child, order, misfits) {
  const block = { name, line: element.line, facts: {}, blocks: [] }
  const { parts, required } = order[name]
  const misfit = (line, tag, reason) => misfits.push({ line, child, tag, reason })
  if (element.text.trim()) misfit(block.line, name, "has text of its own, where only elements belong")
  const seen = new Set()
  let place = -1
  for (const { tag, line, text, tail, parts: inside } of element.parts) {
    if (tag === null) continue // a comment
    if (tail.trim()) misfit(line, tag, "is followed by text that belongs to nothing")
    const known = Object.hasOwn(parts, tag) ? parts[tag] : undefined
    if (!known) misfit(line, tag, `is not known within ${name}`)
    else if (known[0] < place) misfit(line, tag, `stands out of order within ${name}`)
    else if (seen.has(tag) && !known[1]) misfit(line, tag, `stands twice within ${name}`)
    else place = known[0]
    if (known && order[tag]) block.blocks.push(readElement({ line, text, parts: inside }, tag, child, order, misfits))
    else if (!seen.has(tag)) block.facts[tag] = text.trim()
    seen.add(tag)
  }
  for (const tag of required) if (!seen.has(tag)) misfit(block.line, tag, `is missing from ${name}`)
  return block
}
