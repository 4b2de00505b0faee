/* Numbers: the operations of Values with their local derivatives, the two passes, and how a number is written.

   Convention: an operation takes its operands as numbers and gives [y, ∂y/∂a, ∂y/∂b, ...], as the engine's own tables
   do (autograd/value/functions.py). UNTAKEN is the derivative by an operand that was not taken: it stays 0 even where
   it is multiplied by infinity. Outside an operation's domain the numbers are NaN. */

"use strict";

const UNTAKEN = Symbol("0, not taken");
const { abs, exp, log, sqrt, PI, LN2, LN10 } = Math;
const ROOT_PI = sqrt(PI);
const BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6]; // B₂, B₄, ...

// ---------------------------------------------------------------- helpers of derivatives

/** d / y, but 0 where y is 0. */
const over = (d, y) => (y === 0 ? 0 : d / y);

/** 1 / (1 + e⁻ˣ), without overflow. */
const logistic = (x) => (x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)));

/** 1 - tanh² x, without cancellation. */
const bell = (x) => {
  const e = exp(-2 * abs(x));
  return (4 * e) / ((1 + e) * (1 + e));
};

const between = (low, x, high) => Math.min(Math.max(x, low), high);

/** The nearest integer, of two the even one. */
const rint = (x) => {
  const r = Math.round(x);
  return r - x === 0.5 && r % 2 !== 0 ? r - 1 : r;
};

/** The sum, as if computed with twice the digits. */
const total = (terms) => {
  let sum = 0;
  let lost = 0;
  for (const term of terms) {
    const next = sum + term;
    lost += abs(sum) >= abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  return Number.isFinite(lost) ? sum + lost : sum;
};

/** a mod b with the sign of b, and the integer part of a / b rounded down. */
const division = (a, b) => {
  let rest = a % b;
  let quotient = (a - rest) / b;
  if (rest !== 0 && b < 0 !== rest < 0) {
    rest += b;
    quotient -= 1;
  } else if (rest === 0) {
    rest = b < 0 ? -0 : 0;
  }
  return [rest, Math.round(quotient)];
};

/** a minus the nearest multiple of b, of two the even one. */
const nearestRest = (a, b) => {
  const size = abs(b);
  const rest = abs(a) % size;
  const other = size - rest;
  const r = rest < other ? rest : rest > other ? -other : rest - 2 * ((0.5 * (abs(a) - rest)) % size);
  return a < 0 ? -r : r;
};

// ---------------------------------------------------------------- functions that Math does not have

/** erf x: 2/√π e^(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, whose terms have one sign; 1 - erfc x where that is small. */
const erf = (x) => {
  if (abs(x) > 2.5) return Math.sign(x) * (1 - erfc(abs(x)));
  let term = x;
  let sum = x;
  for (let n = 1; abs(term) > 1e-17 * abs(sum); n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / ROOT_PI) * exp(-x * x) * sum;
};

/** 1 - erf x: for large x by Laplace's continued fraction, evaluated from its far end. */
const erfc = (x) => {
  if (!(x > 1.5)) return 1 - erf(x);
  if (x > 27) return 0;
  let fraction = x;
  for (let n = 160; n > 0; n -= 1) fraction = x + n / 2 / fraction;
  const high = Math.round(x * 1024) / 1024; // x² = high² + the rest, so that e^(-x²) keeps its digits
  return (exp(-high * high) * exp((high - x) * (high + x))) / ROOT_PI / fraction;
};

const isPole = (x) => x <= 0 && x === Math.floor(x);

/** log |Γ(x)|: recurrence to x >= 15, then Stirling's series; reflected for x < 0.5. */
const lgamma = (x) => {
  if (isPole(x) || abs(x) === Infinity) return Infinity;
  if (x === 1 || x === 2) return 0;
  if (x < 0.5) return log(PI / abs(Math.sin(PI * (x % 2)))) - lgamma(1 - x);
  let product = 1;
  while (x < 15) {
    product *= x;
    x += 1;
  }
  let y = (x - 0.5) * log(x) - x + log(2 * PI) / 2;
  BERNOULLI.forEach((B, i) => {
    const k = i + 1;
    y += (B / (2 * k * (2 * k - 1))) * x ** (1 - 2 * k);
  });
  return y - log(product);
};

const gamma = (x) => {
  if (isPole(x)) return NaN;
  if (x === Math.floor(x) && x < 171) {
    let y = 1;
    for (let k = 2; k < x; k += 1) y *= k;
    return y;
  }
  const y = exp(lgamma(x));
  return x < 0 && Math.floor(x) % 2 !== 0 ? -y : y;
};

const factorial = (n) => (n < 2 ? 1 : n * factorial(n - 1));

/** ψ⁽ⁿ⁾(x), the (n+1)-th derivative of log |Γ(x)|: recurrence to x >= 15, then the asymptotic series. */
const polygamma = (n, x) => {
  if (isPole(x)) return NaN;
  if (n === 0 && x < -10) return polygamma(0, 1 - x) - PI / Math.tan(PI * x);
  const odd = n % 2 === 0 ? -1 : 1;
  let y = 0;
  for (; x < 15; x += 1) y += odd * factorial(n) * x ** (-n - 1);
  if (n === 0) {
    y += log(x) - 1 / (2 * x);
    BERNOULLI.forEach((B, i) => (y -= (B / (2 * (i + 1))) * x ** (-2 * (i + 1))));
    return y;
  }
  y += odd * (factorial(n - 1) * x ** -n + (factorial(n) * x ** (-n - 1)) / 2);
  BERNOULLI.forEach((B, i) => {
    const k = i + 1;
    y += ((odd * B * factorial(2 * k + n - 1)) / factorial(2 * k)) * x ** (-2 * k - n);
  });
  return y;
};

// ---------------------------------------------------------------- operations

const identity = (x) => [x, 1];
const size = (x) => [abs(x), Math.sign(x)];
const step = (round) => (x) => [round(x), UNTAKEN];

/** The larger of both for sign 1, the smaller for -1; where they are equal each takes half of the derivative. */
const extreme = (sign) => (a, b) => {
  if (a === b) return [a, 0.5, 0.5];
  return sign * (a - b) > 0 || a !== a ? [a, 1, UNTAKEN] : [b, UNTAKEN, 1];
};

/** The same, but of a number and NaN the number. */
const known = (sign) => (a, b) => {
  if (a === a && b === b) return extreme(sign)(a, b);
  return b !== b ? [a, 1, 0] : [b, 0, 1];
};

/** a to the b; that of 1 and -1 stays 1 for an infinite b. */
const raise = (a, b) => (abs(a) === 1 && abs(b) === Infinity ? 1 : a ** b);

const power = (a, b) => {
  const y = raise(a, b);
  if (a > 0) return [y, b * raise(a, b - 1), y * log(a)];
  if (a === 0) return [y, b >= 1 ? b * a ** (b - 1) : b ? Infinity : 0, b ? 0 : -Infinity];
  return [y, b * raise(a, b - 1), NaN];
};

const OPERATIONS = {
  positive: identity,
  conjugate: identity,
  negative: (x) => [-x, -1],
  absolute: size,
  fabs: size,
  sign: step(Math.sign),
  floor: step(Math.floor),
  ceil: step(Math.ceil),
  trunc: step(Math.trunc),
  rint: step(rint),
  square: (x) => [x * x, x + x],
  reciprocal: (x) => [1 / x, -1 / (x * x)],
  sqrt: (x) => [sqrt(x), 0.5 / abs(sqrt(x))],
  cbrt: (x) => [Math.cbrt(x), 1 / (3 * Math.cbrt(x) ** 2)],
  exp: (x) => [exp(x), exp(x)],
  exp2: (x) => [2 ** x, 2 ** x * LN2],
  expm1: (x) => [Math.expm1(x), exp(x)],
  log: (x) => [log(x), 1 / x],
  log2: (x) => [Math.log2(x), 1 / x / LN2],
  log10: (x) => [Math.log10(x), 1 / x / LN10],
  log1p: (x) => [Math.log1p(x), 1 / (x + 1)],
  sin: (x) => [Math.sin(x), Math.cos(x)],
  cos: (x) => [Math.cos(x), -Math.sin(x)],
  tan: (x) => [Math.tan(x), 1 + Math.tan(x) ** 2],
  arcsin: (x) => [Math.asin(x), 1 / sqrt((1 - x) * (x + 1))],
  arccos: (x) => [Math.acos(x), -1 / sqrt((1 - x) * (x + 1))],
  arctan: (x) => [Math.atan(x), 1 / Math.hypot(x, 1) / Math.hypot(x, 1)],
  sinh: (x) => [Math.sinh(x), Math.cosh(x)],
  cosh: (x) => [Math.cosh(x), Math.sinh(x)],
  tanh: (x) => [Math.tanh(x), bell(x)],
  arcsinh: (x) => [Math.asinh(x), 1 / Math.hypot(x, 1)],
  arccosh: (x) => [Math.acosh(x), 1 / (sqrt(x - 1) * sqrt(x + 1))],
  arctanh: (x) => [Math.atanh(x), 1 / ((1 - x) * (1 + x))],
  deg2rad: (x) => [x * (PI / 180), PI / 180],
  rad2deg: (x) => [x * (180 / PI), 180 / PI],
  radians: (x) => [x * (PI / 180), PI / 180],
  degrees: (x) => [x * (180 / PI), 180 / PI],
  ldexp: (x, i) => [x * 2 ** i, 2 ** i],
  erf: (x) => [erf(x), (2 / ROOT_PI) * exp(-x * x)],
  erfc: (x) => [erfc(x), (-2 / ROOT_PI) * exp(-x * x)],
  gamma: (x) => [gamma(x), gamma(x) * polygamma(0, x)],
  lgamma: (x) => [lgamma(x), polygamma(0, x)],
  polygamma: (x, n = 0) => [polygamma(n, x), polygamma(n + 1, x)],

  relu: (x) => (x > 0 ? [x, 1] : [x !== x ? x : 0, 0]),
  leaky_relu: (x, slope = 0.01) => (x > 0 ? [x, 1] : [x * slope, slope]),
  hardtanh: (x, low = -1, high = 1) => [between(low, x, high), Number(low < x && x < high)],
  hardsigmoid: (x) => {
    const y = between(0, x / 6 + 0.5, 1);
    return [y, Number(0 < y && y < 1) / 6];
  },
  hardswish: (x) => {
    const y = between(0, x / 6 + 0.5, 1);
    return [x * y, y + (0 < y && y < 1 ? x / 6 : 0)];
  },
  sigmoid: (x) => [logistic(x), logistic(x) * logistic(-x)],
  logsigmoid: (x) => [Math.min(x, 0) - Math.log1p(exp(-abs(x))), logistic(-x)],
  softplus: (x, beta = 1) => {
    const z = beta * x;
    return [(Math.max(z, 0) + Math.log1p(exp(-abs(z)))) / beta, logistic(z)];
  },
  softsign: (x) => [x / (1 + abs(x)), 1 / (1 + abs(x)) / (1 + abs(x))],
  gaussian: (x) => [exp(-x * x), -2 * (x * exp(-x * x))],
  silu: (x) => {
    const s = logistic(x);
    return [x * s, s + x * s * (1 - s)];
  },
  elu: (x, alpha = 1) => (x > 0 ? [x, 1] : [alpha * Math.expm1(x), alpha * exp(x)]),
  selu: (x) => {
    const [alpha, scale] = [1.6732632423543772, 1.0507009873554805];
    return x > 0 ? [x * scale, scale] : [scale * alpha * Math.expm1(x), scale * alpha * exp(x)];
  },
  gelu: (x) => {
    const p = erfc(-x / sqrt(2)) / 2;
    return [x * p, p + (x * exp((-x * x) / 2)) / sqrt(2 * PI)];
  },
  mish: (x) => {
    const t = Math.tanh(Math.max(x, 0) + Math.log1p(exp(-abs(x))));
    return [x * t, t + x * (1 - t * t) * logistic(x)];
  },

  add: (a, b) => [a + b, 1, 1],
  subtract: (a, b) => [a - b, 1, -1],
  multiply: (a, b) => [a * b, b, a],
  divide: (a, b) => [a / b, 1 / b, -(a / b) / b],
  floor_divide: (a, b) => [division(a, b)[1], 0, 0],
  remainder: (a, b) => [division(a, b)[0], 1, (division(a, b)[0] - a) / b],
  fmod: (a, b) => [a % b, 1, ((a % b) - a) / b],
  ieee_remainder: (a, b) => [nearestRest(a, b), 1, (nearestRest(a, b) - a) / b],
  power,
  arctan2: (a, b) => {
    const h = Math.hypot(a, b);
    return [Math.atan2(a, b), over(over(b, h), h), over(over(-a, h), h)];
  },
  hypot: (a, b) => [Math.hypot(a, b), over(a, Math.hypot(a, b)), over(b, Math.hypot(a, b))],
  copysign: (a, b) => {
    const y = b < 0 || Object.is(b, -0) ? -abs(a) : abs(a);
    return [y, Math.sign(a) * Math.sign(y), 0];
  },
  logaddexp: (a, b) => {
    if (a === b) return a === -Infinity ? [a, 0, 0] : [a + LN2, 0.5, 0.5];
    return [Math.max(a, b) + Math.log1p(exp(-abs(a - b))), logistic(a - b), logistic(b - a)];
  },
  maximum: extreme(1),
  minimum: extreme(-1),
  fmax: known(1),
  fmin: known(-1),
  raised: (a, low) => (!(a < low) ? [a, 1, 0] : [low, 0, 1]),
  lowered: (a, high) => (!(a > high) ? [a, 1, 0] : [high, 0, 1]),

  sum: (...xs) => [total(xs), ...xs.map(() => 1)],
  norm: (...xs) => [Math.hypot(...xs), ...xs.map((x) => over(x, Math.hypot(...xs)))],
  dot: (...xs) => {
    const half = xs.length / 2; // the first factors, then the second ones
    const [a, b] = [xs.slice(0, half), xs.slice(half)];
    return [total(a.map((x, i) => x * b[i])), ...b, ...a];
  },
};

// ---------------------------------------------------------------- the two passes

/** The value of each quantity and the slopes ∂(quantity)/∂(operand).

    program  for each quantity null (a leaf) or {operation, operands}, an operand being {source} or {literal}
    leaves   the numbers of the leaves, by place */
function forward(program, leaves) {
  const values = [...leaves];
  const slopes = program.map((made, key) => {
    if (!made) return [];
    const numbers = made.operands.map(({ source, literal }) => (source == null ? literal : values[source]));
    const [y, ...derivatives] = OPERATIONS[made.operation](...numbers);
    values[key] = y;
    return derivatives;
  });
  return { values, slopes };
}

/** A derivative passing an operation. */
const times = (d, slope) => (d === UNTAKEN || slope === UNTAKEN ? 0 : d * slope);

/** The sum of two derivatives, of which either may be null or not taken. */
const plus = (d, more) => (d === null || d === UNTAKEN ? more : more === UNTAKEN ? d : d + more);

/** ∂(sum of the roots)/∂(quantity) for each quantity; null where they do not depend on it, UNTAKEN where no path to
    it was taken: then it stays 0 behind NaN too. */
function backward(program, slopes, roots) {
  const gradients = program.map(() => null);
  for (const root of roots) gradients[root] = (gradients[root] ?? 0) + 1;
  for (let key = program.length - 1; key >= 0; key -= 1) {
    if (gradients[key] === null || !program[key]) continue;
    program[key].operands.forEach(({ source }, k) => {
      if (source == null) return;
      const taken = gradients[key] !== UNTAKEN && slopes[key][k] !== UNTAKEN;
      gradients[source] = plus(gradients[source], taken ? gradients[key] * slopes[key][k] : UNTAKEN);
    });
  }
  return gradients;
}

// ---------------------------------------------------------------- how a number is written

/** A number with four digits, exactly as Python's ".4g" writes it but without a minus before 0; a text is itself. */
function written(x, digits = 4) {
  if (typeof x !== "number") return x ?? "";
  if (x !== x) return "nan";
  if (x === 0) return "0";
  const sign = x < 0 ? "-" : "";
  if (abs(x) === Infinity) return `${sign}inf`;
  let [shown, exponent] = abs(x).toExponential(digits - 1).split("e");
  const exact = abs(x).toExponential(60).split("e");
  const half = exact[0].slice(digits + 1); // what is cut off; of two neighbours Python takes the even one
  if (/^50*$/.test(half) && Number(exact[0][digits]) % 2 === 0) [shown, exponent] = [exact[0].slice(0, digits + 1), exact[1]];
  const places = Number(exponent);
  const short = (text) => (text.includes(".") ? text.replace(/\.?0*$/, "") : text);
  if (places < -4 || places >= digits) {
    return `${sign}${short(shown)}e${places < 0 ? "-" : "+"}${String(abs(places)).padStart(2, "0")}`;
  }
  const figures = shown.replace(".", "");
  if (places < 0) return `${sign}${short(`0.${"0".repeat(-places - 1)}${figures}`)}`;
  return `${sign}${short(`${figures.slice(0, places + 1)}.${figures.slice(places + 1)}`)}`;
}
