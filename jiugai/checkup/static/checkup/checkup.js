/* The result page: print with every part open. */

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => {
    for (const part of document.querySelectorAll("details.c-part")) part.open = true;
    window.print();
  });
}
