#include "app/openapi.h"

#include "api/insight_routes.h"
#include "api/viewer_routes.h"
#include "app/version.h"

namespace matinee::app {

std::string openapi_text() {
  return api::public_openapi(kVersion, api::insight_public_routes(), api::insight_schemas());
}

}  // namespace matinee::app
