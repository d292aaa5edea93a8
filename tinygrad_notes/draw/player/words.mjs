/** How numbers and formulas are written. */

/** To so many significant digits, as Python's format(number, ".4g"), with a real minus sign. */
export function written(number, digits = 4) {
  if (Number.isNaN(number)) return "nan";
  if (!Number.isFinite(number)) return number > 0 ? "inf" : "−inf";
  if (number === 0) return "0";
  const [mantissa, power] = number.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < digits) return tidy(number.toFixed(digits - 1 - exponent));
  const sign = exponent < 0 ? "−" : "+";
  return `${tidy(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** Every digit that there is. */
export function inFull(number) {
  return Number.isFinite(number) ? String(number).replaceAll("-", "−") : written(number);
}

function tidy(decimal) {
  const short = decimal.includes(".") ? decimal.replace(/0+$/, "").replace(/\.$/, "") : decimal;
  return short.replace("-", "−");
}

/** The number that a person typed, minus signs of any kind; undefined if it is none. */
export function typed(text) {
  const plain = text
    .trim()
    .replace(/[−–]/g, "-")
    .replace(/^(-?\d+),(\d+)$/, "$1.$2");
  return plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : undefined;
}

/** ∂C/∂w of two names. */
export function partial(of, by) {
  return `∂${of}/∂${by}`;
}

/**
 * A formula's tokens as parts `{kind, text}` of kind "text", "name" or "number".
 *
 * @param tokens text, and indices of operands (-1 for the operation's own result)
 * @param put gives for an index the part that goes there
 */
export function spelledOut(tokens, put) {
  return tokens.flatMap((token, at) => {
    if (typeof token === "string") return [{ kind: "text", text: token.replaceAll("-", "−") }];
    const part = put(token);
    if (!part.text.startsWith("−") || standsAlone(tokens[at - 1], tokens[at + 1])) return [part];
    return [{ kind: "text", text: "(" }, part, { kind: "text", text: ")" }];
  });
}

/** Whether a negative number between these two needs no parentheses: at a formula's start, or in some already. */
function standsAlone(before, after) {
  const opened = before === undefined || /(^|[(,|[] ?)$/.test(before);
  return opened && (after === undefined || !after.startsWith("^"));
}

/** Parts as plain text. */
export function plainText(parts) {
  return parts.map((part) => part.text).join("");
}
