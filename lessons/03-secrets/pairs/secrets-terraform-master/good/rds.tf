resource "aws_db_instance" "shop" {
  identifier        = "shop"
  engine            = "postgres"
  engine_version    = "16"
  instance_class    = "db.m6g.large"
  allocated_storage = 100
  username          = "shop_admin"

  manage_master_user_password = true
}

output "db_secret_arn" {
  value = aws_db_instance.shop.master_user_secret[0].secret_arn
}
