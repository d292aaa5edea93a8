/**
 * JavaScript numbers with IEEE 754 results: the twin of floats.py.
 *
 * The rules that Python writes from the table of operations run over these functions. Most are JavaScript's own;
 * the rest stand below, with a source where they need one.
 */
export const floats = {
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  hypot: Math.hypot,
  exp: Math.exp,
  exp2,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  atan2: Math.atan2,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  erf,
  erfc,
  pow,
  remainder,
  maximum: (a, b) => (a > b || a !== a ? a : b), // nan if either is nan
  minimum: (a, b) => (a < b || a !== a ? a : b),
  total,
};

/**
 * Σ x, rounded once: the sum is kept as parts that do not overlap.
 * Shewchuk, "Adaptive precision floating-point arithmetic", Discrete Comput. Geom. 18 (1997), as Python's math.fsum.
 */
function total(xs) {
  const parts = [];
  for (let x of xs) {
    let kept = 0;
    for (let y of parts) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const sum = x + y;
      const rest = y - (sum - x);
      if (rest !== 0) parts[kept++] = rest;
      x = sum;
    }
    parts.length = kept;
    parts.push(x);
  }
  const sum = rounded(parts);
  return Number.isFinite(sum) ? sum : xs.reduce((whole, x) => whole + x, 0);
}

/** The sum of parts that do not overlap, the smallest first: halves go to the even neighbor. */
function rounded(parts) {
  let sum = 0;
  let rest = 0;
  while (parts.length > 0 && rest === 0) {
    const part = parts.pop();
    const next = sum + part;
    rest = part - (next - sum);
    sum = next;
  }
  const below = parts.length > 0 ? parts[parts.length - 1] : 0;
  const twice = sum + 2 * rest;
  return rest * below > 0 && twice - sum === 2 * rest ? twice : sum; // the part below decides what looks like a half
}

function exp2(a) {
  return Math.pow(2, a);
}

/** Math.pow, except that 1 to any power is 1 and (±1)^±∞ is 1, as IEEE 754 has it. */
function pow(a, b) {
  if (a === 1) return 1;
  if (a === -1 && Math.abs(b) === Infinity) return 1;
  return Math.pow(a, b);
}

/** a - b·floor(a / b): the result has the sign of b, as Python's % and NumPy's remainder. */
function remainder(a, b) {
  if (b === 0 || !Number.isFinite(a)) return NaN;
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

/**
 * The error function: near 0 by a series of positive terms,
 *   erf(x) = 2/√π · exp(-x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·5···(2n+1))     (DLMF 7.6.2),
 * further out as 1 - erfc(x).
 */
function erf(x) {
  if (Math.abs(x) > 1) return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
  if (x === 0) return x;
  let rest = 0; // the sum without its first term, smallest first
  for (let n = 24; n >= 1; n -= 1) rest = ((2 * x * x) / (2 * n + 1)) * (1 + rest);
  const first = TWO_OVER_SQRT_PI * x;
  const [square, remainder] = expOfMinusSquare(x);
  return first * (square + (square * rest + remainder * (1 + rest)));
}

/**
 * The complementary error function, without cancellation: the trapezoidal rule with step h = ½ for the integral
 *   erfc(x) = 2x/π · exp(-x²) · ∫₀^∞ exp(-t²) / (t² + x²) dt     (DLMF 7.7.1),
 * whose error is known: the pole at t = ix adds 2 / (exp(2πx/h) - 1), the rest is below exp(-π²/h²) = 10⁻¹⁷.
 * Chiarella and Reichel, "On the evaluation of integrals related to the error function", Math. Comp. 22 (1968).
 */
function erfc(x) {
  if (x <= 0.4) return x < -0.4 ? 2 - erfc(-x) : 1 - erf(x);
  if (x > 28 || x !== x) return x > 28 ? 0 : NaN;
  let sum = 0;
  for (let k = 13; k >= 1; k -= 1) sum += Math.exp(-0.25 * k * k) / (0.25 * k * k + x * x);
  const integral = (x * (0.5 / (x * x) + sum)) / Math.PI;
  const [square, remainder] = expOfMinusSquare(x);
  const pole = x < 2 * Math.PI ? 2 / Math.expm1(4 * Math.PI * x) : 0;
  return square * integral + (remainder * integral - pole);
}

const TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

/** exp(-x²) as a number and a small correction: x² is split so that nothing of it is lost. */
function expOfMinusSquare(x) {
  const high = Math.fround(x);
  const square = Math.exp(-high * high);
  return [square, square * Math.expm1((high - x) * (high + x))];
}
