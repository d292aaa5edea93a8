// A table or a formula that is too wide scrolls sideways. The keyboard reaches it only while it does.
const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
        if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0")
        else target.removeAttribute("tabindex")
    }
})
addEventListener("load", () => {
    for (const scroller of document.querySelectorAll(".md-typeset__scrollwrap, .formula")) sizes.observe(scroller)
})
