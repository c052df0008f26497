require "active_support/core_ext/integer/time"

Rails.application.configure do
  config.eager_load = true
  config.log_level = :info
  $stdout.sync = true
  config.logger = ActiveSupport::Logger.new($stdout)
end
