variable "db_password" {
  type    = string
  default = "placeholder-1"
}

resource "aws_db_instance" "shop" {
  identifier        = "shop"
  engine            = "postgres"
  engine_version    = "16"
  instance_class    = "db.m6g.large"
  allocated_storage = 100
  username          = "shop_admin"
  password          = var.db_password
}
