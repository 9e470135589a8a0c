// Runs before the first paint: pages fold what scripts can open again only when scripts run.
document.documentElement.classList.add("js");
