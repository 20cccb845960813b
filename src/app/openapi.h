#pragma once
// app/openapi: the description of the whole public API, whichever role serves a route.

#include <string>

namespace matinee::app {

/// The OpenAPI 3.1 document: what /openapi.json answers and the web app's types are made from.
std::string openapi_text();

}  // namespace matinee::app
