// The interface's own page: Swagger UI with everything from this host.
(() => {
  const place = document.getElementById("api-docs");
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  window.SwaggerUIBundle({
    url: place.dataset.url,
    domNode: place,
    deepLinking: true,
    docExpansion: "none",
    defaultModelsExpandDepth: -1,
    filter: true,
    validatorUrl: null,
    presets: [window.SwaggerUIBundle.presets.apis],
    requestInterceptor: (request) => {
      if (token) request.headers["X-CSRFToken"] = decodeURIComponent(token[1]);
      return request;
    },
  });
})();
