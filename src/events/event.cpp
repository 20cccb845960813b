#include "events/event.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "base/encoding.h"
#include "events/event.pb.h"

namespace matinee::events {
namespace {

template <typename Kind>
std::string bytes_or_nothing(Id<Kind> id) {
  return id.is_nil() ? std::string() : std::string(text_of(id.uuid.bytes));
}

// False when the bytes are neither an id nor nothing.
template <typename Kind>
bool take_id(const std::string& bytes, Id<Kind>& id) {
  if (bytes.empty()) return true;
  if (bytes.size() != id.uuid.bytes.size()) return false;
  std::copy_n(bytes_of(bytes).begin(), bytes.size(), id.uuid.bytes.begin());
  return true;
}

}  // namespace

std::string encode(const Event& event) {
  proto::Event out;
  out.set_schema_version(event.schema_version);
  out.set_id(bytes_or_nothing(event.id));
  out.set_tenant_id(bytes_or_nothing(event.tenant_id));
  out.set_pseudonym(bytes_or_nothing(event.pseudonym));
  out.set_session_id(bytes_or_nothing(event.session_id));
  out.set_session_seq(event.session_seq);
  out.set_t_client_ms(event.t_client_ms);
  out.set_t_mono_ms(event.t_mono_ms);
  out.set_t_server_ms(event.t_server_ms);
  out.set_type(event.type);
  out.mutable_consent()->set_essential(event.consent.essential);
  out.mutable_consent()->set_analytics(event.consent.analytics);
  out.mutable_consent()->set_personalization(event.consent.personalization);
  out.mutable_cells()->insert(event.cells.begin(), event.cells.end());
  out.set_play_id(bytes_or_nothing(event.play_id));
  out.set_title_id(bytes_or_nothing(event.title_id));
  if (event.position_ms) out.set_position_ms(*event.position_ms);
  if (event.duration_ms) out.set_duration_ms(*event.duration_ms);
  out.mutable_measures()->insert(event.measures.begin(), event.measures.end());
  out.mutable_labels()->insert(event.labels.begin(), event.labels.end());
  out.set_app_version(event.app_version);
  out.set_personal(event.personal);
  std::string bytes;
  {
    // Maps in the order of their keys: one event has one encoding.
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    out.SerializeToCodedStream(&coded);
  }
  return bytes;
}

Result<Event> decode(std::string_view bytes) {
  const auto damaged = [](const char* what) {
    return fail(ErrorCode::corrupt, std::string("no event: ") + what);
  };
  proto::Event in;
  if (bytes.size() > INT32_MAX ||
      !in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return damaged("wrong protobuf");
  }
  Event event{.schema_version = in.schema_version(),
              .session_seq = in.session_seq(),
              .t_client_ms = in.t_client_ms(),
              .t_mono_ms = in.t_mono_ms(),
              .t_server_ms = in.t_server_ms(),
              .type = in.type(),
              .consent = {in.consent().essential(), in.consent().analytics(),
                          in.consent().personalization()},
              .cells = {in.cells().begin(), in.cells().end()},
              .measures = {in.measures().begin(), in.measures().end()},
              .labels = {in.labels().begin(), in.labels().end()},
              .app_version = in.app_version(),
              .personal = in.personal()};
  if (!take_id(in.id(), event.id) || !take_id(in.tenant_id(), event.tenant_id) ||
      !take_id(in.pseudonym(), event.pseudonym) || !take_id(in.session_id(), event.session_id) ||
      !take_id(in.play_id(), event.play_id) || !take_id(in.title_id(), event.title_id)) {
    return damaged("an id has a wrong length");
  }
  if (event.id.is_nil() || event.pseudonym.is_nil()) return damaged("without id or pseudonym");
  if (event.type.empty()) return damaged("without type");
  if (in.has_position_ms()) event.position_ms = in.position_ms();
  if (in.has_duration_ms()) event.duration_ms = in.duration_ms();
  return event;
}

}  // namespace matinee::events
