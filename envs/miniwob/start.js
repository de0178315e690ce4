// Begins an episode on a MiniWoB++ page and answers its instruction. Sets what the page draws from
// (random numbers, the date) so that a seed always gives the same page, and takes away what
// belongs to a person's game: the score board, the countdown, the cover that starts a new round.
async ({ seed, limit, instruction }) => {
  if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done));

  const begun = performance.now();
  const now = () => Date.UTC(2026, 0, 1, 12) + performance.now() - begun;
  window.Date = new Proxy(Date, {
    construct: (real, values, made) => Reflect.construct(real, values.length ? values : [now()], made),
    get: (real, key) => (key === "now" ? now : Reflect.get(real, key)),
  });

  const hidden = document.createElement("style");
  hidden.textContent = "#reward-display, #click-canvas, #sync-task-cover { display: none !important }";
  if (!instruction) hidden.textContent += "#query, #query * { visibility: hidden !important }";
  document.head.append(hidden);
  document.body.removeEventListener("click", core.canvasDrawClick);

  Math.seedrandom(seed);
  if (limit) core.EPISODE_MAX_TIME = limit;
  core.startEpisodeReal();
  core.clearTimer();
  core.startEpisode = () => {};
  while (!WOB_TASK_READY) await new Promise(requestAnimationFrame);

  const said = core.getUtterance();
  return { utterance: said.utterance ?? said, document: performance.timeOrigin };
}
