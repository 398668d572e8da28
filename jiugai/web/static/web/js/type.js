/* 大字 and 标准字, remembered in a cookie so that the server draws the page right from the start. */

const YEAR = 365 * 24 * 3600;

function setLarge(large) {
  if (large) document.documentElement.dataset.type = "large";
  else delete document.documentElement.dataset.type;
  document.cookie = `type=${large ? "large" : "standard"}; path=/; max-age=${YEAR}; samesite=lax`;
}

/** Let the switch in the personal menu change the size of everything. */
export function startLargeType() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-large-type]");
    if (!button) return;
    const large = button.getAttribute("aria-pressed") !== "true";
    setLarge(large);
    button.setAttribute("aria-pressed", String(large));
    button.querySelector("span").textContent = large ? "标准字" : "大字";
    window.dispatchEvent(new Event("resize"));
  });
}
