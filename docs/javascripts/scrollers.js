// A table, a formula or a picture that is too wide scrolls sideways. The keyboard reaches it only while it does.
const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
        if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0")
        else target.removeAttribute("tabindex")
    }
})
addEventListener("load", () => {
    for (const scroller of document.querySelectorAll(".md-typeset__scrollwrap, .formula, p:has(> img)")) sizes.observe(scroller)
})
