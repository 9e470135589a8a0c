# 万人助企: every target sets up what it needs first. PYTHON names another Python (3.11 or newer).
PYTHON ?= python3
VENV := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test test-services lint format bench shots lock setup setup-dev clean

help: ## 列出可用的命令
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

run: ## 安装、生成演示城市、启动门户（PORT=8001 换端口，Ctrl-C 停止）
	@exec $(PYTHON) scripts/launch.py

test: setup-dev ## 全部检查和测试（内置 SQLite 与文件队列）
	@env -u DATABASE_URL -u REDIS_URL $(VENV)/python scripts/verify.py lint test

test-services: setup-dev ## 同一套测试，在 PostgreSQL 和 Redis 上
	@$(VENV)/python scripts/services.py $(VENV)/python scripts/verify.py test

lint: setup-dev ## 只做静态检查
	@$(VENV)/python scripts/verify.py lint

format: setup-dev ## 统一代码格式
	@$(VENV)/ruff check --fix-only --quiet .
	@$(VENV)/ruff format .

bench: setup-dev ## 十万件诉求下的速度（PostgreSQL），结果写进 docs/bench.md
	@$(VENV)/python scripts/services.py $(VENV)/python -m tests.bench

shots: setup-dev ## 用演示城市给每个页面截图，存入 shots/
	@$(VENV)/python -m tests.browser.shots

lock: setup-dev ## 更新依赖锁（需要 uv）
	@$(VENV)/python scripts/lock.py

setup:
	@$(PYTHON) scripts/setup.py

setup-dev:
	@$(PYTHON) scripts/setup.py --dev

clean: ## 删除安装的依赖（保留 var/ 里的数据）
	rm -rf .venv node_modules static/build staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
