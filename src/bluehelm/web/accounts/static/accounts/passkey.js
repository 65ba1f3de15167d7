// What does somebody read when the browser gave no passkey? allauth's scripts say it only to the console.
document.addEventListener("allauth.error", (failure) => {
  failure.preventDefault();
  for (const words of document.querySelectorAll("[data-passkey-failed]")) words.hidden = false;
});
