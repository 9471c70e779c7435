// XML, element by element, with lines; only the elements asked for are kept, and each only until it was used.
import sax from "../vendor/tally/sax.js"
import { Fault, number } from "./words.js"

const local = (name) => name.slice(name.indexOf(":") + 1)

// The outermost element of a file; "" if there is none near its start.
export async function rootOf(file) {
  const head = await file.slice(0, 65_536).text()
  return local(head.replace(/<!--[^]*?-->|<[?!][^>]*>/g, "").match(/<([\w:.-]+)/)?.[1] ?? "")
}

// The elements of these names, of which the first is a child’s: {tag, line, text, tail, parts}. `text` is what
// stands before the first part, a part’s `tail` what follows it; a comment is a part without a tag.
// Throws a Fault where the XML breaks off; nothing is guessed after that.
export async function* elements(file, ...tags) {
  const parser = sax.parser(true, { position: true })
  const [open, waiting] = [[], []]
  let [children, failed] = [0, null]
  parser.onerror = (problem) => { failed ??= problem; parser.error = null }
  parser.onopentag = ({ name }) => {
    const tag = local(name)
    if (!open.length && !tags.includes(tag)) return
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
    if (element && !open.length) waiting.push(element)
  }
  for await (const text of textOf(file)) {
    parser.write(text)
    if (failed) break
    for (const element of waiting.splice(0)) {
      children += element.tag === tags[0] ? 1 : 0
      yield element
    }
  }
  if (!failed) parser.close()
  if (failed) {
    throw new Fault(
      `${file.name}: the XML breaks off after ${number(children)} children ` +
        `(${failed.message.split("\n")[0]}, line ${parser.line + 1}). ` +
        "Make the file again; half of it gives wrong figures, so none of it was used.")
  }
}

async function* textOf(file) {
  const head = new Uint8Array(await file.slice(0, 200).arrayBuffer())
  const wide = { "255,254": "utf-16le", "254,255": "utf-16be" }[head.subarray(0, 2).join()]
  const said = new TextDecoder("latin1").decode(head).match(/^[^>]*encoding=["']([\w-]+)/)?.[1]
  const stream = file.stream().pipeThrough(new TextDecoderStream(wide ?? said ?? "utf-8"))
  const reader = stream.getReader()
  for (let piece; !(piece = await reader.read()).done; ) yield piece.value
}
