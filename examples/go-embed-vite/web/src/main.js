const name = document.querySelector("#name");
const greeting = document.querySelector("#greeting");

async function greet() {
  const answer = await fetch(`/api/greeting?name=${encodeURIComponent(name.value)}`);
  greeting.textContent = (await answer.json()).greeting;
}

name.addEventListener("input", greet);
greet();
