// A browser runs no modules and no workers from a folder. This script runs there, and says what to do.
if (location.protocol === "file:") {
  document.getElementById("status").textContent =
    "This page needs a web server. In its folder, run: python -m http.server. Then open http://localhost:8000/";
}
