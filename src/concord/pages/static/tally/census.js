// A children in need census, child by child, each element held against the census's order.
import { elements } from "./xml.js"

export const ROOT = "Message"

// The elements that hold each list’s columns.
export const headersOf = (plan) =>
  Object.fromEntries(Object.entries(plan.formats.cin.lists).map(([key, { columns }]) =>
    [key, Object.values(columns).map((one) => one.header)]))

// Records as [list, line, cells], in the order of the list's columns; what does not fit goes to `misfits`.
export async function* records(file, plan, misfits) {
  let reference = ""
  for await (const element of elements(file, "Child", "ReferenceDate")) {
    if (element.tag === "ReferenceDate") reference = element.text.trim()
    else yield* recordsOf(element, reference, plan, misfits)
  }
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

const wanted = (plan, key) => headersOf(plan)[key].slice(1)

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
    else block.facts[tag] ||= text.trim() // of two, the first that is not empty
    seen.add(tag)
  }
  for (const tag of required) if (!seen.has(tag)) misfit(block.line, tag, `is missing from ${name}`)
  return block
}
