-- Deals sell what no grant records of them, as of revision 0011. Rows that broke these rules before stay as they are
-- until somebody changes what the rules are about.

-- What an agent's deals sell exclusively: each media right of which no active sale names the deal.
-- LIMIT: looked up by index for each deal; planned as NOT EXISTS it would read all grants. OFFSET 0: by that index,
-- and not by the one of active sales, which the planner believes to be empty inside a large import.

CREATE VIEW deal_sales AS
SELECT d.id AS deal_pk, d.deal_id, d.film_pk, d.agent_pk AS company_pk, p.company_pk AS licensee_pk, p.territory,
    media_right, coalesce(d.licence_window, daterange(NULL, NULL)) AS licence_window
FROM deals AS d
JOIN distributor_profiles AS p ON p.id = d.profile_pk
CROSS JOIN LATERAL (SELECT DISTINCT unnest(d.media_rights)) AS sold (media_right)
WHERE d.agent_pk IS NOT NULL
  AND (SELECT 1 FROM (SELECT * FROM rights_grants WHERE deal_pk = d.id OFFSET 0) AS recorded
       WHERE recorded.media_right = sold.media_right
         AND recorded.direction = 'sold' AND recorded.status = 'active' LIMIT 1) IS NULL;

-- A sale is the deal's own where it names it, or names none and goes to the same company.

CREATE FUNCTION is_sale_of(deal_pk bigint, licensee_pk bigint, the_deal bigint, the_licensee bigint) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN deal_pk IS NULL THEN licensee_pk = the_licensee ELSE deal_pk = the_deal END;

CREATE FUNCTION require_sold_beside_deals(sold rights_grants) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    other record;
BEGIN
    SELECT * INTO other FROM deal_sales AS d
    WHERE d.film_pk = sold.film_pk AND d.company_pk = sold.company_pk AND d.territory = sold.territory
      AND d.media_right = sold.media_right AND d.licence_window && sold.licence_window
      AND NOT is_sale_of(sold.deal_pk, sold.licensee_pk, d.deal_pk, d.licensee_pk)
    ORDER BY d.deal_pk LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = 'sold_beside_deals',
            MESSAGE = format('%s in %s is sold in the deal %s already', sold.media_right, sold.territory, other.deal_id),
            DETAIL = other.deal_id;
    END IF;
END
$$;

-- FOR NO KEY UPDATE waits for every sale that was found to be held meanwhile (FOR SHARE), and each of those for this.

CREATE FUNCTION require_deal_beside_sold(deal deals) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    other record;
BEGIN
    PERFORM FROM rights_grants AS held JOIN distributor_profiles AS p ON p.territory = held.territory
    WHERE held.film_pk = deal.film_pk AND held.company_pk = deal.agent_pk AND p.id = deal.profile_pk
      AND held.media_right = ANY (deal.media_rights) AND held.direction = 'held' AND held.status = 'active'
    ORDER BY held.id
    FOR NO KEY UPDATE OF held;
    SELECT sold.grant_id, d.* INTO other
    FROM deal_sales AS d
    JOIN LATERAL (
        SELECT * FROM rights_grants
        WHERE film_pk = d.film_pk AND territory = d.territory AND media_right = d.media_right OFFSET 0
    ) AS sold ON sold.company_pk = d.company_pk AND sold.licence_window && d.licence_window
    WHERE d.deal_pk = deal.id AND sold.direction = 'sold' AND sold.status = 'active' AND sold.exclusive
      AND NOT is_sale_of(sold.deal_pk, sold.licensee_pk, d.deal_pk, d.licensee_pk)
    ORDER BY sold.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = 'deals_beside_sold',
            MESSAGE = format('the deal sells %s in %s, of which the grant %s sells some days exclusively',
                other.media_right, other.territory, other.grant_id),
            DETAIL = other.grant_id;
    END IF;
END
$$;

CREATE FUNCTION require_sold_within_its_deal(sold rights_grants) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    its_window daterange := (SELECT licence_window FROM deals WHERE id = sold.deal_pk);
BEGIN
    IF NOT coalesce(its_window @> sold.licence_window, true) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = 'sold_within_its_deal',
            MESSAGE = format('%s in %s is sold %s, outside of the licence period of its deal, %s', sold.media_right,
                sold.territory, said_window(sold.licence_window), said_window(its_window)),
            DETAIL = sold.grant_id;
    END IF;
END
$$;

-- Looked at as it is at commit, and only where the change is about the rule.

CREATE FUNCTION check_sold_once() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    sold rights_grants;
    deal deals;
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.direction <> 'sold' OR NEW.status <> 'active') THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND
        (OLD.status, OLD.direction, OLD.film_pk, OLD.company_pk, OLD.licensee_pk, OLD.deal_pk, OLD.territory,
         OLD.media_right, OLD.licence_window, OLD.exclusive) IS NOT DISTINCT FROM
        (NEW.status, NEW.direction, NEW.film_pk, NEW.company_pk, NEW.licensee_pk, NEW.deal_pk, NEW.territory,
         NEW.media_right, NEW.licence_window, NEW.exclusive) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        SELECT * INTO sold FROM rights_grants WHERE id = NEW.id;
        IF sold.direction = 'sold' AND sold.status = 'active' THEN
            IF sold.deal_pk IS NOT NULL THEN
                PERFORM require_sold_within_its_deal(sold);
            END IF;
            IF sold.exclusive THEN
                PERFORM require_sold_beside_deals(sold);
            END IF;
        END IF;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        -- What it recorded may be the deal's to sell again.
        SELECT * INTO deal FROM deals WHERE id = OLD.deal_pk;
        IF FOUND THEN
            PERFORM require_deal_beside_sold(deal);
        END IF;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION check_deal_once() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    deal deals;
    sold rights_grants;
BEGIN
    IF TG_OP = 'UPDATE' AND
        (OLD.film_pk, OLD.profile_pk, OLD.agent_pk, OLD.media_rights, OLD.licence_window) IS NOT DISTINCT FROM
        (NEW.film_pk, NEW.profile_pk, NEW.agent_pk, NEW.media_rights, NEW.licence_window) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO deal FROM deals WHERE id = NEW.id;
    IF FOUND THEN
        PERFORM require_deal_beside_sold(deal);
        FOR sold IN SELECT * FROM rights_grants WHERE deal_pk = deal.id AND status = 'active' LOOP
            PERFORM require_sold_within_its_deal(sold);
        END LOOP;
    END IF;
    RETURN NULL;
END
$$;

-- The names matter, as triggers fire in their order: a sale has locked what it relies on before it looks for deals
-- (sold_inside_held), a deal has done so for itself before it takes the weaker lock (deal_inside_held).

CREATE CONSTRAINT TRIGGER sold_once AFTER INSERT OR UPDATE OR DELETE ON rights_grants
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION check_sold_once();

CREATE CONSTRAINT TRIGGER deal_beside_sold AFTER INSERT OR UPDATE ON deals
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.agent_pk IS NOT NULL)
    EXECUTE FUNCTION check_deal_once();
