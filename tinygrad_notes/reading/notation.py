"""What notes write: LaTeX's commands, Unicode's signs and scripts, each with what it means here. Data alone."""

from __future__ import annotations

import re
from string import ascii_letters

NOTHING = "\u200b"
"""Stands where markup was, inside a word or a number."""

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "vartheta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "varrho": "ρ", "sigma": "σ", "varsigma": "σ", "tau": "τ", "upsilon": "υ",
    "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "nabla": "∇",
}  # fmt: skip

RELATIONS = {
    "=": "=", ":=": "=", "≔": "=", "＝": "=", "==": "=", "\\equiv": "=", "≡": "=", "\\coloneqq": "=",
    "≈": "≈", "\\approx": "≈", "\\simeq": "≈", "≃": "≈", "\\cong": "≈", "≅": "≈", "~=": "≈", "\\doteq": "≈", "≐": "≈",
    "→": "→", "\\to": "→", "->": "→", "\\rightarrow": "→", "\\longrightarrow": "→", "⟶": "→",
    "\\Rightarrow": "→", "⇒": "→", "=>": "→", "\\implies": "→", "⟹": "→", "\\mapsto": "→", "↦": "→",
    "←": "←", "\\leftarrow": "←", "\\gets": "←", "⟵": "←", "\\longleftarrow": "←", "<- ": "←",
}  # fmt: skip
"""What stands between the members of a chain: equal, about equal, an arrow to what comes out, and one that sets."""

_RELATION_SIGNS = sorted([sign for sign in RELATIONS if sign[0] != "\\"], key=len, reverse=True)
RELATION = re.compile("|".join(map(re.escape, _RELATION_SIGNS)))
"""One that is no command of LaTeX, the longest first."""
RELATION_STARTS = frozenset(sign[0] for sign in _RELATION_SIGNS)

TIMES = {
    "*": "*", "·": "*", "×": "*", "⋅": "*", "∙": "*", "•": "*", "\\cdot": "*", "\\times": "*", "\\ast": "*", "∗": "*",
    "⊙": "⊙", "\\odot": "⊙", "\\circ": "⊙", "∘": "⊙", "\\otimes": "⊗", "⊗": "⊗", "@": "@",
}  # fmt: skip
"""Products: of numbers or by shape (*), element by element (⊙), outer (⊗), of matrices (@)."""

OVER = {"/": "/", "÷": "/", "\\div": "/", "∕": "/", "⁄": "/"}
SIGNS = {"+": "+", "-": "-", "−": "-", "–": "-", "﹣": "-", "－": "-", "＋": "+"}

FUNCTIONS = {
    "exp": "exp", "ln": "ln", "log": "ln", "sqrt": "sqrt", "tanh": "tanh", "sin": "sin", "cos": "cos", "tan": "tan",
    "sinh": "sinh", "cosh": "cosh", "abs": "abs", "max": "max", "min": "min", "relu": "relu", "ReLU": "relu",
    "RELU": "relu", "σ": "sigmoid", "sigma": "sigmoid", "sigmoid": "sigmoid", "Sigmoid": "sigmoid",
    "sigm": "sigmoid", "sigmoide": "sigmoid", "sigmoïde": "sigmoid", "sen": "sin", "tg": "tan",
    "softmax": "softmax", "Softmax": "softmax", "softplus": "softplus", "sum": "sum",
    "mean": "mean", "dot": "dot", "array": "array", "tensor": "array", "matmul": "matmul",
    "outer": "outer", "transpose": "transpose", "log10": "log10", "log_10": "log10",
    "log2": "log2", "log_2": "log2",
}  # fmt: skip
"""Names that are functions where a bracket or an operand follows; `log` is the natural one, as in most notes."""

CALLED = frozenset([
    "step", "positive", "var", "det", "inv", "solve", "conv2", "maxpool2", "rot180", "pad", "diag", "concat", "sign",
    "maximum", "minimum", "logsumexp", "col",
])  # fmt: skip
"""Names of calculation lines that are functions where a bracket follows at once, and quantities elsewhere."""

UNITS = frozenset([
    "m", "cm", "mm", "km", "s", "ms", "min", "h", "g", "kg", "N", "J", "kJ", "W", "kW", "Wh", "kWh", "V", "A", "Hz",
    "kHz", "MHz", "GHz", "L", "l", "ml", "mol", "K", "Pa", "B", "kB", "MB", "GB", "TB", "samples", "epochs", "steps",
])  # fmt: skip
"""Words that stand behind numbers as units."""

MAGNITUDES = {
    "thousand": 3, "million": 6, "millions": 6, "billion": 9, "Millionen": 6, "Mio": 6, "millones": 6,
}  # fmt: skip
"""Words behind a number that set its power of ten."""

OPERATION_WORDS = frozenset([
    "times", "plus", "minus", "over", "divided", "multiplied", "squared", "cubed", "mal",
    "geteilt", "por", "más", "menos", "entre",
    "fois", "moins", "sur", "per", "più", "meno", "vezes", "mais", "multiplicado", "dividido",
])  # fmt: skip
"""Words that stand for an operation: what stands before one is no whole formula."""

LETTER_WORDS = frozenset("aAIyYeEoOuUi")
"""Letters that are words as well: "a" in English, "and" and "or" in Spanish, Italian and others."""

WRAPPERS = frozenset([
    "mathbf", "boldsymbol", "bm", "mathrm", "mathit", "mathsf", "mathtt", "mathcal", "mathbb", "vec", "boxed", "text",
    "textbf", "textit", "textrm", "operatorname", "underline", "displaystyle", "textstyle", "mathop", "fbox", "emph",
    "underbrace", "overbrace", "hbox", "mbox", "pmb", "alert", "only",
    "uncover", "visible", "onslide",
])  # fmt: skip
"""Commands that change how their argument looks, and nothing else."""

TEXTS = frozenset(["text", "mbox", "hbox", "textrm", "intertext"])
"""Commands for words among formulas."""

ACCENTS = {"hat": "_hat", "widehat": "_hat", "bar": "_bar", "overline": "_bar", "tilde": "_tilde", "dot": "_dot"}
NAMING = frozenset([*GREEK, *ACCENTS])
SPACES = frozenset([
    "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "middle", ",",
    ":", ";", "!", " ", "limits", "nolimits", "displaystyle", "textstyle", "scriptstyle", "hfill", "nonumber",
    "bf", "rm", "it", "sf", "cal", "bfseries", "normalfont",
])  # fmt: skip
"""Commands that only set blanks or sizes."""

UNSPACED = frozenset(f"\\.{NOTHING}{ascii_letters}")
"""The characters of commands that size a bracket, which set no blank."""

ARGUED = frozenset(["hspace", "vspace", "tag", "label", "eqref", "ref", "cite", "intertext", "shortintertext"])
BREAKS = ARGUED | {
    "quad", "qquad", "text", "newline", "mid", "mbox", "in", "forall", "therefore", "because", "checkmark", "square",
    "blacksquare", "qed", "qedhere",
}  # fmt: skip
"""Commands after which another statement begins; the first of them have an argument that is no mathematics."""

COLORS = frozenset(["textcolor", "color", "colorbox"])
"""Commands whose first argument is a color."""

MATRICES = frozenset(["matrix", "bmatrix", "pmatrix", "Bmatrix", "vmatrix", "smallmatrix", "array"])

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵀⁿⁱ", "0123456789+-=()Tni", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789+-=()aehijklmnoprstuvx", strict=True))

PRIMES = dict.fromkeys("'′’", "'") | {"″": "''"}
VULGAR = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8"}

BRACKETS = {
    "(": "LPAR", ")": "RPAR", "[": "LSQB", "]": "RSQB", "{": "LBRACE", "}": "RBRACE", "（": "LPAR", "）": "RPAR",
    "|": "BAR", "‖": "NORM", "%": "PERCENT", "&": "CELL", ",": "COMMA", "，": "COMMA", "、": "COMMA", "√": "ROOT",
} | dict.fromkeys(";；:：。“”\"—∈∀∴∵✓✔□■", "BREAK")  # fmt: skip
COMMANDS = {
    "\\%": ("PERCENT", "%"), "\\{": ("LPAR", "("), "\\}": ("RPAR", ")"), "\\[": ("LSQB", "["), "\\]": ("RSQB", "]"),
    "\\(": ("LPAR", "("), "\\)": ("RPAR", ")"), "\\lbrack": ("LSQB", "["), "\\rbrack": ("RSQB", "]"),
    "\\|": ("NORM", "‖"), "\\lVert": ("NORM", "‖"), "\\rVert": ("NORM", "‖"), "\\vert": ("BAR", "|"),
    "\\lvert": ("BAR", "|"), "\\rvert": ("BAR", "|"), "\\prime": ("PRIME", "'"),
}  # fmt: skip
SIGN_TOKENS = (
    COMMANDS
    | {sign: ("RELATION", plain) for sign, plain in RELATIONS.items()}
    | {sign: (type_, sign) for sign, type_ in BRACKETS.items()}
    | {sign: ("TIMES", plain) for sign, plain in TIMES.items()}
    | {sign: ("OVER", plain) for sign, plain in OVER.items()}
    | {sign: ("ADD" if plain == "+" else "SUB", plain) for sign, plain in SIGNS.items()}
    | {sign: ("NUMBER", plain) for sign, plain in VULGAR.items()}
    | dict.fromkeys(PRIMES, ("PRIME", "'"))
    | {"∇": ("NAME", "∇")}
    | dict.fromkeys("±∓", ("UNCLEAR", "±"))  # two numbers in one
)
"""The type and the value of the token that a sign makes, or a command of LaTeX."""
