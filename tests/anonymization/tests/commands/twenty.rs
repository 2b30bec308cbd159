//! A source of twenty tables with every kind of reference: cycles, to oneself, composite, nullable, into and out of
//! partitions, by an extension's equality, and one that only rules know.

/// The tables and their rows.
pub(crate) const SQL: &str = "
    CREATE EXTENSION citext;
    CREATE TABLE regions (code text PRIMARY KEY);
    CREATE TABLE countries (code text PRIMARY KEY, region text NOT NULL REFERENCES regions);
    CREATE TABLE customers (id int PRIMARY KEY, country text NOT NULL REFERENCES countries, referrer int REFERENCES customers,
        handle citext UNIQUE NOT NULL, status text NOT NULL);
    CREATE TABLE addresses (customer int NOT NULL REFERENCES customers, no int NOT NULL, PRIMARY KEY (customer, no));
    CREATE TABLE suppliers (id int PRIMARY KEY, main_product int);
    CREATE TABLE categories (id int PRIMARY KEY, parent int REFERENCES categories);
    CREATE TABLE products (id int PRIMARY KEY, category int NOT NULL REFERENCES categories, supplier int NOT NULL REFERENCES suppliers);
    ALTER TABLE suppliers ADD FOREIGN KEY (main_product) REFERENCES products DEFERRABLE INITIALLY DEFERRED;
    CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL REFERENCES customers, address_no int,
        FOREIGN KEY (customer, address_no) REFERENCES addresses (customer, no));
    CREATE TABLE order_items (order_id int NOT NULL REFERENCES orders, line int NOT NULL, product int NOT NULL REFERENCES products,
        PRIMARY KEY (order_id, line));
    CREATE TABLE payments (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders);
    CREATE TABLE refunds (payment int PRIMARY KEY REFERENCES payments, approved_by int);
    CREATE TABLE departments (id int PRIMARY KEY, head int NOT NULL);
    CREATE TABLE employees (id int PRIMARY KEY, department int NOT NULL REFERENCES departments DEFERRABLE INITIALLY DEFERRED,
        manager int REFERENCES employees);
    ALTER TABLE departments ADD FOREIGN KEY (head) REFERENCES employees DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE refunds ADD FOREIGN KEY (approved_by) REFERENCES employees;
    CREATE TABLE follows (follower citext NOT NULL REFERENCES customers (handle), followed citext NOT NULL REFERENCES customers (handle));
    CREATE TABLE visits (customer int NOT NULL REFERENCES customers, day date NOT NULL, id int NOT NULL, PRIMARY KEY (id, day))
        PARTITION BY RANGE (day);
    CREATE TABLE visits_2025 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE TABLE visits_2026 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE TABLE clicks (visit int NOT NULL, day date NOT NULL, what text, FOREIGN KEY (visit, day) REFERENCES visits (id, day));
    CREATE TABLE tags (id int PRIMARY KEY);
    CREATE TABLE product_tags (product int REFERENCES products, tag int REFERENCES tags, PRIMARY KEY (product, tag));
    CREATE TABLE audit (entry text, about int);
    CREATE TABLE settings (key text PRIMARY KEY, value text);

    INSERT INTO regions SELECT 'R' || n FROM generate_series(1, 5) n;
    INSERT INTO countries SELECT 'C' || n, 'R' || 1 + n % 5 FROM generate_series(1, 40) n;
    INSERT INTO customers SELECT n, 'C' || 1 + n % 40, CASE WHEN n > 20 AND n % 7 = 0 THEN n / 2 END,
        'Handle' || n, CASE WHEN n % 10 = 0 THEN 'gone' ELSE 'active' END FROM generate_series(1, 1000) n;
    INSERT INTO addresses SELECT n, k FROM generate_series(1, 1000) n, generate_series(1, 2) k;
    INSERT INTO categories SELECT n, CASE WHEN n > 4 THEN n / 4 END FROM generate_series(1, 40) n;
    BEGIN;
    INSERT INTO suppliers SELECT n, CASE WHEN n % 3 <> 0 THEN n * 9 END FROM generate_series(1, 50) n;
    INSERT INTO products SELECT n, 1 + n % 40, 1 + n % 50 FROM generate_series(1, 500) n;
    COMMIT;
    INSERT INTO orders SELECT n, 1 + (n * 7919) % 1000, CASE WHEN n % 5 > 0 THEN 1 + n % 2 END FROM generate_series(1, 4000) n;
    INSERT INTO order_items SELECT n, k, 1 + (n * 31 + k * 17) % 500 FROM generate_series(1, 4000) n, generate_series(1, 3) k;
    INSERT INTO payments SELECT n, n FROM generate_series(1, 3500) n;
    BEGIN;
    INSERT INTO departments SELECT n, n FROM generate_series(1, 12) n;
    INSERT INTO employees SELECT n, 1 + n % 12, NULLIF(n / 3, 0) FROM generate_series(1, 120) n;
    COMMIT;
    INSERT INTO refunds SELECT n * 10, 1 + n % 120 FROM generate_series(1, 200) n;
    INSERT INTO follows SELECT 'HANDLE' || n, 'handle' || 1 + (n * 13) % 1000 FROM generate_series(1, 900) n;
    INSERT INTO visits SELECT 1 + n % 1000, date '2025-01-01' + n % 700, n FROM generate_series(1, 5000) n;
    INSERT INTO clicks SELECT n, date '2025-01-01' + n % 700, 'x' FROM generate_series(1, 5000) n, generate_series(1, 2);
    INSERT INTO tags SELECT generate_series(1, 60);
    INSERT INTO product_tags SELECT DISTINCT 1 + n % 500, 1 + n % 60 FROM generate_series(1, 1500) n;
    INSERT INTO audit SELECT 'seen', CASE WHEN n % 4 > 0 THEN 1 + n % 1200 END FROM generate_series(1, 800) n;
    INSERT INTO settings SELECT 'k' || n, 'v' FROM generate_series(1, 30) n;
    ANALYZE;";

/// The tables whose rows are counted.
pub(crate) const TABLES: [&str; 20] = [
    "regions",
    "countries",
    "customers",
    "addresses",
    "suppliers",
    "categories",
    "products",
    "orders",
    "order_items",
    "payments",
    "refunds",
    "departments",
    "employees",
    "follows",
    "visits",
    "clicks",
    "tags",
    "product_tags",
    "audit",
    "settings",
];
