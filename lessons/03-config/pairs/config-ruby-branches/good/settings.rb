module Settings
  def self.load(env = ENV)
    { assets: env.fetch("ASSETS_URL"),
      mail_from: env.fetch("MAIL_FROM"),
      pool: Integer(env.fetch("DB_POOL")) }
  rescue KeyError => e
    abort "settings: #{e.key} is not set"
  rescue ArgumentError
    abort "settings: DB_POOL is not a number"
  end
end
