import "./style.css";
import { label } from "./label";

const button = document.querySelector<HTMLButtonElement>("#count")!;
let count = 0;

function show() {
  button.textContent = label(count);
}

button.addEventListener("click", () => {
  count++;
  show();
});
show();
