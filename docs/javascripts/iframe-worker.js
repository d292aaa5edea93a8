// Browsers start no worker in a page that was opened from a folder, and the theme searches in one. There, its script
// runs in a hidden frame that has what a worker has: postMessage, importScripts and the event "message".
class FrameWorker extends EventTarget {
    constructor(url) {
        super()
        this.frame = document.createElement("iframe")
        this.frame.hidden = true
        this.loaded = new Promise((resolve) => {
            this.frame.addEventListener("load", () => resolve(this.#run(url)), { once: true })
            document.body.append(this.frame)
        })
    }

    async #run(url) {
        const inside = this.frame.contentWindow
        const load = (source) =>
            new Promise((resolve, reject) => {
                const script = inside.document.createElement("script")
                script.onload = resolve
                script.onerror = () => reject(new Error(`cannot load ${source}`))
                script.src = new URL(source, location.href)
                inside.document.body.append(script)
            })
        inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }))
        inside.importScripts = async (...sources) => {
            for (const source of sources) await load(source)
        }
        await load(url)
        return inside
    }

    async postMessage(message) {
        const inside = await this.loaded
        inside.dispatchEvent(new MessageEvent("message", { data: structuredClone(message) }))
    }

    terminate() {
        this.frame.remove()
    }
}

if (location.protocol === "file:") window.Worker = FrameWorker
