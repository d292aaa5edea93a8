// The theme looks for words that begin with any word of a query, "i" and "a" as well. Of a question it gets the words
// that tell something, without their endings: of "How do I grade my exercises?" it gets "grade exercise".
const QUERY = 2 // what the theme calls a message to its search
const FILLERS = new Set(
    ("a all am an and any are as at be been by can could did do does doing each every for from get had has have how i if in is " +
        "it its itself like me much many my myself need of on one onto or our own please see should so some tell that the " +
        "them then there these they this those to up us use using want was way we were what when where which while who " +
        "why will with without would you your").split(" "),
)

/** The words of a query that tell something; a query with signs of its own, as in "exact words" or +word, stays. */
function told(query) {
    if (!/^[\p{L}\p{N}\s,.?!'’()/-]*$/u.test(query) || /(^|\s)-/.test(query)) return query
    const words = query.split(/[\s,.?!()]+/).filter((word) => word.length > 1 && !FILLERS.has(word.toLowerCase()))
    return words.length ? words.map(bare).join(" ") : query
}

/** A word without its ending, so that it begins its other forms too. */
function bare(word) {
    const stem = word.replace(/(?<=[a-z]{4})(?:ies|s|ing|ed)$/i, "")
    return stem === word ? word : stem.replace(/([bdglmnprt])\1$/i, "$1")
}

const post = Worker.prototype.postMessage
Worker.prototype.postMessage = function (message, ...others) {
    const isQuery = message?.type === QUERY && typeof message.data === "string"
    return post.call(this, isQuery ? { ...message, data: told(message.data) } : message, ...others)
}
