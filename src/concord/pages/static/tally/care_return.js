// SSDA903 as the one XML file in which councils send it, child by child, into the lists that its CSVs have.
import { elements } from "./xml.js"

// The elements that hold each list’s columns.
export const headersOf = (plan) =>
  Object.fromEntries(Object.entries(plan.care_return.elements).map(([key, of]) =>
    [key, ["CHILDID", ...columnsOf(plan, key).map((name) => of[name] ?? name)]]))

const columnsOf = (plan, key) => Object.keys(plan.formats.ssda903.lists[key].columns).slice(1)

// Records as [list, line, cells], in the order of the list's columns; what does not fit goes to `misfits`.
export async function* records(file, plan, misfits) {
  for await (const element of elements(file, "CHILD")) yield* recordsOf(element, plan, misfits)
}

function* recordsOf(element, plan, misfits) {
  const misfit = (line, child, tag, reason) => misfits.push({ line, child, tag, reason })
  const header = element.parts.find((part) => part.tag === "HEADER")
  const facts = header ? factsOf(header, "", misfit) : {}
  const id = facts.CHILDID ?? ""
  const record = (key, line, from) =>
    [key, line, [id, ...columnsOf(plan, key).map((name) => from[plan.care_return.elements[key][name]] ?? "")]]
  if (!header) misfit(element.line, id, "HEADER", "is missing from CHILD")
  else {
    yield record("s903_header", header.line, facts)
    if (!["1", "0", ""].includes(facts.UASC ?? "")) misfit(header.line, id, "UASC", "is neither 1 nor 0")
    if (facts.UASC === "1") yield record("s903_uasc", header.line, facts)
    if (facts.IN_TOUCH || facts.ACTIV || facts.ACCOM) yield record("s903_oc3", header.line, facts)
  }
  for (const part of element.parts) {
    if (part.tag === "EPISODE") yield record("s903_episodes", part.line, factsOf(part, id, misfit))
    else if (part.tag && part.tag !== "HEADER") misfit(part.line, id, part.tag, "is not known within CHILD")
  }
}

// The plain elements in one. One that stands twice is a fault, and its first is taken.
function factsOf(element, id, misfit) {
  const facts = {}
  for (const { tag, line, text, parts } of element.parts) {
    if (tag === null || parts.length) continue // reviews, missing episodes, adoption: used by no indicator
    if (Object.hasOwn(facts, tag)) misfit(line, id || (facts.CHILDID ?? ""), tag, `stands twice within ${element.tag}`)
    else facts[tag] = text.trim()
  }
  return facts
}
