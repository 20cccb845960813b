#include "edge/package_objects.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "media/package.h"

namespace matinee::edge {
namespace {

constexpr std::size_t kDepthMax = 32;
constexpr std::string_view kUnknownType = "application/octet-stream";
constexpr std::array<std::string_view, 5> kTypes{"video/mp4", "audio/mp4", "text/vtt",
                                                 "application/vnd.apple.mpegurl", "image/jpeg"};

std::string_view known_type(std::string_view type) {
  for (const std::string_view known : kTypes) {
    if (type == known) return known;
  }
  return kUnknownType;
}

// Follows the document {"format":1,"objects":{"<id>":{"bytes":N,"type":T}},...} event by event.
class ObjectsReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_float(double, const std::string&) override { return value(); }
  bool binary(nlohmann::json::binary_t&) override { return value(); }
  bool number_integer(std::int64_t) override { return value(); }

  bool number_unsigned(std::uint64_t number) override {
    if (depth_ == 1 && key_ == "format") format_ = number;
    if (in_entry() && key_ == "bytes") bytes_ = number;
    return value();
  }
  bool string(std::string& text) override {
    if (in_entry() && key_ == "type") type_ = known_type(text);
    return value();
  }
  bool key(std::string& name) override {
    key_ = name;
    return true;
  }

  bool start_object(std::size_t) override {
    if (++depth_ > kDepthMax) return refuse("it is too deep");
    if (depth_ == 2 && key_ == "objects") {
      if (std::exchange(seen_, true)) return refuse("objects is there twice");
      in_objects_ = true;
    } else if (depth_ == 3 && in_objects_) {
      const auto id = store::ObjectId::parse(key_);
      if (!id) return refuse("objects: " + id.error().message);
      id_ = *id;
      bytes_.reset();
      type_ = kUnknownType;
    }
    return true;
  }
  bool end_object() override {
    if (in_entry()) {
      if (!bytes_) return refuse("objects: one lacks its bytes");
      if (result_.objects.size() >= media::kObjectsMax) return refuse("it has too many objects");
      result_.objects.insert_or_assign(id_, PackageObjects::Entry{*bytes_, type_});
    }
    if (depth_ == 2) in_objects_ = false;
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    if (depth_ == 2 && in_objects_) return refuse("objects: one is a list");
    return ++depth_ <= kDepthMax || refuse("it is too deep");
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception&) override {
    return refuse("it is no JSON at byte " + std::to_string(position));
  }

  Result<PackageObjects> finish(bool parsed) && {
    if (parsed && !seen_) refuse("it lacks its objects");
    if (parsed && format_ != 1) refuse("its format is not 1");
    if (!problem_.empty()) return fail(ErrorCode::invalid, "reading a package: " + problem_);
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool in_entry() const { return in_objects_ && depth_ == 3; }
  // A plain value: fine but as an object's description.
  bool value() { return !(in_objects_ && depth_ == 2) || refuse("objects: one is no JSON object"); }
  bool refuse(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
  }

  PackageObjects result_;
  std::string key_;
  std::string problem_;
  std::size_t depth_ = 0;
  std::uint64_t format_ = 0;
  bool seen_ = false;
  bool in_objects_ = false;
  store::ObjectId id_;
  std::optional<std::uint64_t> bytes_;
  std::string_view type_ = kUnknownType;
};

}  // namespace

Result<PackageObjects> parse_package_objects(std::string_view document) {
  if (document.size() > media::kPackageBytesMax) {
    return fail(ErrorCode::invalid, "reading a package: it is too large");
  }
  ObjectsReader reader;
  const bool parsed = nlohmann::json::sax_parse(document.begin(), document.end(), &reader);
  return std::move(reader).finish(parsed);
}

}  // namespace matinee::edge
