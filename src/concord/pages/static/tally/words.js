// Words that a person reads, and the comparisons of text that the command makes in the same way.

// A fault that stops the work: a sentence for the person at the keyboard.
export class Fault extends Error {}

export const number = (count) => Number(count).toLocaleString("en-GB", { maximumFractionDigits: 20 })

const MONTHS = "January February March April May June July August September October November December".split(" ")

// “2026-06-30” in words.
export function words(day) {
  const [year, month, date] = day.split("-").map(Number)
  return `${date} ${MONTHS[month - 1]} ${year}`
}

// A header for comparison: lower case, only letters and digits, single spaces.
export const plain = (header) => (header.toLowerCase().match(/[a-z0-9]+/g) ?? []).join(" ")

export const where = (source) => (source.sheet ? `${source.file}, ${source.sheet}` : source.file)

export const quoted = (text) => `'${String(text).replaceAll("'", "''")}'`

// A cell of a CSV file, quoted where it must be.
export const cell = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)

// Whole days from one date to another.
export const daysBetween = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
