// Comfort only: everything works without it.

// Times in the person's own zone; the server writes UTC.
const localise = (time) => {
  const seconds = /:\d\d:\d\d UTC$/.test(time.textContent) ? { second: "2-digit" } : {};
  time.title = time.textContent;
  time.textContent = new Intl.DateTimeFormat(undefined, {
    day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", ...seconds,
  }).format(new Date(time.dateTime));
};
document.querySelectorAll("time[datetime*='T']").forEach(localise);

// The room left in a reply, while it is written.
const form = document.querySelector("#reply");
if (form) {
  const room = form.querySelector("#room");
  form.querySelector("#measure").hidden = true;
  let waiting;
  const measure = async () => {
    const answer = await fetch(form.dataset.measure, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok) return;
    const { before, iso, words, after, fits } = await answer.json();
    room.replaceChildren(before);
    if (iso) {
      const time = document.createElement("time");
      time.dateTime = iso;
      time.textContent = words;
      localise(time);
      room.append(time, after);
    }
    room.classList.toggle("over", !fits);
  };
  form.text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => measure().catch(() => {}), 400);
  });
  // Scrolls to the end of a long conversation's newest letter only when asked to by the address.
  if (location.hash === "#last") document.querySelector("#last")?.focus();
}

// Whether something came since the page was made.
const news = document.querySelector("#news");
if (news) {
  const { base } = document.body.dataset;
  const look = async () => {
    const answer = await fetch(`${base}/pulse`);
    if (!answer.ok) return;
    const { state } = await answer.json();
    if (state === news.dataset.state || news.firstChild) return;
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = "Something has come. Load the inbox again.";
    news.append(link);
  };
  setInterval(() => look().catch(() => {}), 10_000);
}
