#pragma once
// http/openapi: the OpenAPI 3.1 document of a route table. Source: OpenAPI Specification 3.1.0.

#include <string>
#include <utility>
#include <vector>

#include "http/message.h"
#include "http/router.h"

namespace matinee::http {

struct OpenApiInfo {
  std::string title = "Matinee";
  std::string version{};
  /// components/schemas: name -> JSON Schema text; routes refer to "#/components/schemas/NAME".
  /// "Problem" is always there.
  std::vector<std::pair<std::string, std::string>> schemas{};
};

/// The document of all public routes, as JSON text with two blanks of indent.
/// Our own fault (checked): a schema that is no JSON, two routes with one operation id.
std::string openapi_document(const Router& router, const OpenApiInfo& info);

/// Answers /openapi.json with a document made at the first call (the table is complete then).
/// `router` must outlive it.
Handler openapi_handler(const Router& router, OpenApiInfo info);

}  // namespace matinee::http
