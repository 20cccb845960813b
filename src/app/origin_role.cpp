// app/origin_role: the only opener of the object store.
#include "api/origin_routes.h"
#include "app/role_clients.h"
#include "app/roles.h"
#include "app/served_role.h"
#include "store/content.h"
#include "store/store_url.h"

namespace matinee::app {
namespace {

constexpr std::size_t kThreads = 8;

class OriginRole final : public RunningRole {
 public:
  explicit OriginRole(RoleWorld& world) : world_(world), served_(world, kThreads) {}

  Result<void> start() {
    auto keys = open_role_keys(world_, files_);
    if (!keys) return std::unexpected(keys.error());
    keys_ = std::move(*keys);
    const auto url = world_.config.objects_url.empty()
                         ? store::store_url("file", world_.paths.objects())
                         : world_.config.objects_url;
    auto objects = store::open_object_store(url, {files_, world_.clock, world_.random});
    if (!objects) return std::unexpected(objects.error());
    content_ = std::make_unique<store::ContentStore>(std::move(*objects));
    const auto authorize = [this](std::string_view header) -> Result<std::string> {
      const auto role = keys_->verify(header, world_.clock.now());
      if (!role) return std::unexpected(role.error());
      return std::string(guard::name_of(*role));
    };
    api::add_origin_routes(served_.router(), *content_, authorize, world_.metrics);
    return served_.start("origin");
  }

  void drain(Deadline deadline) override { served_.drain(deadline); }

 private:
  RoleWorld& world_;
  SystemFiles files_;
  std::optional<guard::RoleKeys> keys_;
  std::unique_ptr<store::ContentStore> content_;
  ServedRole served_;
};

}  // namespace

Result<std::unique_ptr<RunningRole>> start_origin(RoleWorld& world) {
  auto role = std::make_unique<OriginRole>(world);
  if (auto started = role->start(); !started) return std::unexpected(started.error());
  return role;
}

}  // namespace matinee::app
