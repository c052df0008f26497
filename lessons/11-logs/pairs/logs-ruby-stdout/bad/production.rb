require "active_support/core_ext/integer/time"

Rails.application.configure do
  config.eager_load = true
  config.log_level = :info
  config.logger = ActiveSupport::Logger.new(
    Rails.root.join("log/production.log"),
    5, 100.megabytes
  )
end
