"""Who may do what: every route, asked by everybody.

A row is a route and what it answers to each caller, in the order of `CALLERS`: visitor, customer, stranger, partner,
rival, support, certification, finance, admin. `in` means: asked to sign in first (a page: 302 to the sign-in; the API:
401). What is not yours does not exist (404); what is not for your office is refused (403).
"""

import re

from tests.factories.world import CALLERS

TABLE = """
GET  /                                                               200 200 200 200 200 200 200 200 200
GET  /contact                                                        200 200 200 200 200 200 200 200 200
GET  /healthz                                                        200 200 200 200 200 200 200 200 200
GET  /readyz                                                         200 200 200 200 200 200 200 200 200
GET  /robots.txt                                                     200 200 200 200 200 200 200 200 200
GET  /mailbox                                                        404 404 404 404 404 404 404 404 404
POST /language                                                       302 302 302 302 302 302 302 302 302
POST /theme                                                          302 302 302 302 302 302 302 302 302

GET  /sign-up                                                        200 200 200 200 200 200 200 200 200
POST /sign-up                                                        302 302 302 302 302 302 302 302 302
GET  /sign-up/letter                                                 200 200 200 200 200 200 200 200 200
POST /confirm                                                        302 302 302 302 302 302 302 302 302
GET  /confirm/forged                                                 410 410 410 410 410 410 410 410 410
POST /confirm/forged                                                 410 410 410 410 410 410 410 410 410
GET  /sign-in                                                        200 302 302 302 302 302 302 302 302
POST /sign-in                                                        302 302 302 302 302 302 302 302 302
POST /sign-out                                                       302 302 302 302 302 302 302 302 302
GET  /forgot                                                         200 200 200 200 200 200 200 200 200
POST /forgot                                                         302 302 302 302 302 302 302 302 302
GET  /forgot/letter                                                  200 200 200 200 200 200 200 200 200
GET  /reset/forged                                                   410 410 410 410 410 410 410 410 410
POST /reset/forged                                                   410 410 410 410 410 410 410 410 410
GET  /account                                                         in 200 200 200 200 200 200 200 200
POST /account                                                         in 302 302 302 302 302 302 302 302
GET  /account/password                                                in 200 200 200 200 200 200 200 200
POST /account/password                                                in 302 422 422 422 422 422 422 422
POST /account/sign-out                                                in 302 302 302 302 302 302 302 302
GET  /account/cards                                                   in 200 200 200 200 200 200 200 200
POST /account/cards                                                   in 303 303 303 303 303 303 303 303
GET  /account/cards/back                                              in 302 302 302 302 302 302 302 302
POST /account/cards/{card}/renewals                                   in 302 404 404 404 404 404 404 404
POST /account/cards/{card}/remove                                     in 302 404 404 404 404 404 404 404
GET  /account/tokens                                                  in 200 200 200 200 200 200 200 200
POST /account/tokens                                                  in 200 200 200 200 200 200 200 200
POST /account/tokens/{customer_token}/revoke                          in 302 404 404 404 404 404 404 404

GET  /account/papers                                                  in 200 200 200 200 200 200 200 200
GET  /account/billing                                                 in 200 200 200 200 200 200 200 200
POST /account/billing                                                 in 302 302 302 302 302 302 302 302
POST /account/billing/drop                                            in 302 302 302 302 302 302 302 302
GET  /papers/{receipt}                                                in 200 404 404 404 404 404 200 200
POST /papers/{receipt}/invoice                                        in 302 404 404 404 404 404 404 404
GET  /papers/{receipt}.pdf                                            in 200 404 404 404 404 404 200 200
GET  /papers/{statement}                                              in 404 404 200 404 404 404 200 200
GET  /papers/{statement}.pdf                                          in 404 404 200 404 404 404 200 200

GET  /providers                                                      200 200 200 200 200 200 200 200 200
GET  /providers/{partner}                                            200 200 200 200 200 200 200 200 200
GET  /providers/suspended                                            404 404 404 404 404 404 404 404 404
GET  /providers/the-vendor                                           404 404 404 404 404 404 404 404 404
GET  /credentials/{partner_credential}                               200 200 200 200 200 200 200 200 200

GET  /requests                                                        in 200 200 200 200 200 200 200 200
GET  /requests/new                                                    in 200 200 200 200 200 200 200 200
GET  /requests/new/{category}                                         in 200 200 200 200 200 200 200 200
POST /requests/new/{category}                                         in 302 302 302 302 302 302 302 302
GET  /requests/{draft}                                                in 302 404 404 404 404 404 404 404
GET  /requests/{awaiting_payment}                                     in 200 404 404 404 200 200 200 200
GET  /requests/{matching}                                             in 200 404 404 404 200 200 200 200
GET  /requests/{in_progress}                                          in 200 404 200 404 200 200 200 200
GET  /requests/{capped}                                               in 200 404 200 404 200 200 200 200
GET  /requests/{booked}                                               in 200 404 200 404 200 200 200 200
GET  /requests/{closed}                                               in 200 404 200 404 200 200 200 200
GET  /requests/{draft}/live                                           in 200 404 404 404 404 404 404 404
GET  /requests/{in_progress}/live                                     in 200 404 200 404 200 200 200 200
GET  /requests/{draft}/files/{draft_file}                             in 200 404 404 404 404 404 404 404
GET  /requests/{matching}/files/{matching_file}                       in 200 404 200 404 200 200 200 200
GET  /requests/{unmatched}/files/{unmatched_file}                     in 200 404 404 404 200 200 200 200
GET  /requests/{in_progress}/files/{in_progress_file}                 in 200 404 200 404 200 200 200 200
GET  /requests/{closed}/files/{closed_message_file}                   in 200 404 200 404 200 200 200 200
GET  /requests/{matching}/files/{closed_message_file}                 in 404 404 404 404 404 404 404 404
GET  /requests/{in_progress}/files/{draft_file}                       in 404 404 404 404 404 404 404 404
GET  /requests/{draft}/edit                                           in 200 404 404 404 404 404 404 404
POST /requests/{draft}/edit                                           in 302 404 404 404 404 404 404 404
GET  /requests/{draft}/partner                                        in 200 404 404 404 404 404 404 404
GET  /requests/{draft}/check?mode=best_fit&ceiling=60                 in 200 404 404 404 404 404 404 404
POST /requests/{draft}/submit                                         in 303 404 404 404 404 404 404 404
POST /requests/{refused}/pay                                          in 303 404 404 404 404 404 404 404
GET  /payments/{awaiting_payment_hold}/pay                            in 303 404 404 404 404 404 404 404
GET  /payments/{matching_hold}/back                                   in 302 404 404 404 404 404 404 404
GET  /payments/subscriptions/{awaiting_subscription}/pay              in 303 404 404 404 404 404 404 404
GET  /payments/subscriptions/{running_subscription}/back              in 302 404 404 404 404 404 404 404
POST /requests/{in_progress}/messages                                 in 302 404 302 404 404 404 404 404
POST /requests/{in_progress}/promise                                  in 403 403 302 404 403 403 403 403
POST /requests/{in_progress}/resolve                                  in 403 403 302 404 403 403 403 403
POST /requests/{in_progress}/give-back                                in 403 403 302 404 403 403 403 403
POST /requests/{capped}/time                                          in 403 403 302 404 403 403 403 403
POST /requests/{in_progress}/extras                                   in 403 403 302 404 403 403 403 403
POST /requests/{extended}/extras/2/approve                            in 303 404 404 404 404 404 404 404
POST /requests/{extended}/extras/2/decline                            in 302 404 404 404 404 404 404 404
POST /requests/{extended}/extras/2/withdraw                           in 403 403 302 404 403 403 403 403
POST /requests/{extended}/extras/3/decline                            in 404 404 404 404 404 404 404 404
POST /requests/{extended}/extras/3/withdraw                           in 403 403 404 404 403 403 403 403
POST /requests/{matching}/extras/2/approve                            in 404 404 404 404 404 404 404 404
POST /requests/{quoted}/choose                                        in 303 404 404 404 404 404 404 404
POST /requests/{choosing}/let-go                                      in 302 404 404 404 404 404 404 404
POST /requests/{quoting}/ask-more                                     in 302 404 404 404 404 404 404 404
POST /requests/{quoting}/take-back                                    in 302 404 404 404 404 404 404 404
GET  /requests/{quoted}                                               in 200 404 404 404 200 200 200 200
POST /requests/{matching}/cancel                                      in 302 404 404 404 404 404 404 404
POST /requests/{booked}/cancel                                        in 302 404 404 404 404 404 404 404
POST /requests/{resolved}/confirm                                     in 302 404 404 404 404 404 404 404
POST /requests/{resolved}/reopen                                      in 302 404 404 404 404 404 404 404
POST /requests/{closed}/reopen                                        in 302 404 404 404 404 404 404 404
POST /requests/{resolved}/dispute                                     in 302 404 404 404 404 404 404 404
POST /requests/{disputed}/dispute/withdraw                            in 302 404 404 404 404 404 404 404
POST /requests/{disputed}/dispute/answer                              in 403 403 302 404 403 403 403 403
POST /requests/{disputed}/dispute/concede                             in 403 403 302 404 403 403 403 403
POST /requests/{closed}/rating                                        in 302 404 404 404 404 404 404 404

GET  /cover                                                          200 200 200 200 200 200 200 200 200
GET  /cover/plans/{insured_plan}                                      in 200 200 200 200 200 200 200 200
POST /cover/plans/{insured_plan}                                      in 302 302 302 302 302 302 302 302
GET  /cover/policies/{policy}                                         in 200 404 404 404 404 404 404 404
GET  /cover/policies/{opening_policy}                                 in 200 404 404 404 404 404 404 404
POST /cover/policies/{opening_policy}/take-back                       in 302 404 404 404 404 404 404 404
POST /cover/policies/{policy}/card                                    in 303 404 404 404 404 404 404 404
GET  /cover/policies/{policy}/cancel                                  in 200 404 404 404 404 404 404 404
POST /cover/policies/{policy}/cancel                                  in 302 404 404 404 404 404 404 404
POST /cover/policies/{ending_policy}/go-on                            in 302 404 404 404 404 404 404 404
GET  /cover/policies/{policy}/change/{dearer_plan}                    in 200 404 404 404 404 404 404 404
POST /cover/policies/{policy}/change                                  in 302 404 404 404 404 404 404 404
GET  /cover/policies/{policy}/appeal                                  in 200 404 404 404 404 404 404 404
POST /cover/policies/{policy}/appeal                                  in 302 404 404 404 404 404 404 404
GET  /vendor/cover/appeals                                            in 403 403 403 403 200 403 200 200
GET  /vendor/cover/appeals/{appeal}                                   in 403 403 403 403 200 403 200 200
POST /vendor/cover/appeals/{appeal}                                   in 403 403 403 403 302 403 302 302

GET  /work                                                            in 403 403 200 200 403 403 403 403
GET  /work/offers/{offer}                                             in 403 403 200 404 403 403 403 403
POST /work/offers/{offer}/accept                                      in 403 403 302 404 403 403 403 403
POST /work/offers/{offer}/decline                                     in 403 403 302 404 403 403 403 403
GET  /work/offers/{quoting_offer}                                     in 403 403 200 404 403 403 403 403
GET  /work/offers/{choosing_offer}                                    in 403 403 200 404 403 403 403 403
POST /work/offers/{quoting_offer}/quote                               in 403 403 302 404 403 403 403 403
POST /work/offers/{quoting_offer}/decline                             in 403 403 302 404 403 403 403 403
POST /work/offers/{quoted_offer}/withdraw                             in 403 403 302 404 403 403 403 403
GET  /work/statements                                                 in 403 403 200 200 403 403 403 403
GET  /work/statements/next                                            in 403 403 200 200 403 403 403 403
GET  /work/payouts/{payout}                                           in 403 403 302 404 403 403 403 403
POST /work/payouts/connect                                            in 403 403 302 302 403 403 403 403
GET  /work/payouts/connected                                          in 403 403 302 302 403 403 403 403
POST /work/payouts/dashboard                                          in 403 403 302 302 403 403 403 403
GET  /work/getting-paid                                               in 403 403 200 200 403 403 403 403
POST /work/getting-paid                                               in 403 403 302 302 403 403 403 403
GET  /work/business                                                   in 403 403 200 200 403 403 403 403
POST /work/business                                                   in 403 403 302 302 403 403 403 403

GET  /vendor                                                          in 403 403 403 403 200 200 200 200
GET  /vendor/undelivered                                              in 403 403 403 403 200 403 200 200
POST /vendor/undelivered/again                                        in 403 403 403 403 302 403 302 302
GET  /vendor/undelivered/{letter}                                     in 403 403 403 403 200 403 404 200
POST /vendor/undelivered/{letter}                                     in 403 403 403 403 302 403 404 302
POST /vendor/undelivered/{letter}/again                               in 403 403 403 403 302 403 404 302
GET  /vendor/undelivered/{call}                                       in 403 403 403 403 404 403 200 200
POST /vendor/undelivered/{call}                                       in 403 403 403 403 404 403 302 302
POST /vendor/undelivered/{call}/again                                 in 403 403 403 403 404 403 302 302
GET  /vendor/requests                                                 in 403 403 403 403 200 200 200 200
POST /vendor/requests/{unmatched}/search                              in 403 403 403 403 302 403 403 302
GET  /vendor/disputes                                                 in 403 403 403 403 200 403 200 200
GET  /vendor/disputes/{disputed}                                      in 403 403 403 403 200 403 200 200
POST /vendor/disputes/{disputed}                                      in 403 403 403 403 200 403 200 200
GET  /vendor/disputes/{in_progress}                                   in 403 403 403 403 404 403 404 404
GET  /vendor/providers                                                in 403 403 403 403 200 200 200 200
GET  /vendor/providers/{partner}                                      in 403 403 403 403 200 200 200 200
POST /vendor/providers/{partner}/suspend                              in 403 403 403 403 302 403 403 302
GET  /vendor/providers/{partner}/level                                in 403 403 403 403 200 403 403 200
POST /vendor/providers/{partner}/level                                in 403 403 403 403 302 403 403 302
POST /vendor/providers/suspended/reinstate                            in 403 403 403 403 302 403 403 302
GET  /vendor/providers/{partner}/credentials/{partner_credential}/revoke
                                                                      in 403 403 403 403 403 200 403 200
POST /vendor/providers/{partner}/credentials/{partner_credential}/revoke
                                                                      in 403 403 403 403 403 302 403 302
POST /vendor/providers/{partner}/credentials/{rival_credential}/revoke
                                                                      in 403 403 403 403 403 404 403 404
GET  /vendor/money                                                    in 403 403 403 403 200 200 200 200
POST /vendor/money/payouts/{payout}/paid                              in 403 403 403 403 403 403 302 302
POST /vendor/money/period-refunds/{period_refund}/paid                in 403 403 403 403 403 403 302 302
POST /vendor/money/refunds/{refund}/paid                              in 403 403 403 403 403 403 302 302
GET  /vendor/money/chargebacks/{chargeback}                           in 403 403 403 403 200 200 200 200
POST /vendor/money/chargebacks/{chargeback}                           in 403 403 403 403 403 403 302 302
GET  /vendor/money/payments/{in_progress_hold}/goodwill               in 403 403 403 403 200 403 200 200
POST /vendor/money/payments/{in_progress_hold}/goodwill               in 403 403 403 403 200 403 200 200
GET  /vendor/money/debts/{debt}                                       in 403 403 403 403 200 200 200 200
POST /vendor/money/debts/{debt}                                       in 403 403 403 403 403 403 302 302
GET  /vendor/money/ledger                                             in 403 403 403 403 200 200 200 200
GET  /vendor/money/ledger.csv                                         in 403 403 403 403 403 403 200 200
GET  /vendor/money/balances                                           in 403 403 403 403 200 200 200 200
GET  /vendor/money/reconciliation                                     in 403 403 403 403 200 200 200 200
GET  /vendor/money/subjects/request/{closed_id}                       in 403 403 403 403 200 200 200 200
GET  /vendor/money/subjects/test/2                                    in 403 403 403 403 200 200 200 200
GET  /vendor/money/papers                                             in 403 403 403 403 403 403 200 200
GET  /vendor/money/papers.csv                                         in 403 403 403 403 403 403 200 200
GET  /vendor/money/taxes.csv                                          in 403 403 403 403 403 403 200 200
GET  /vendor/money/payees/{payee}                                     in 403 403 403 403 200 200 200 200
POST /vendor/money/payees/{barred}/by-hand                            in 403 403 403 403 403 403 302 302

GET  /vendor/cover                                                    in 403 403 403 403 200 200 200 200
GET  /vendor/cover/days.csv                                           in 403 403 403 403 403 403 200 200
GET  /vendor/cover/claims.csv                                         in 403 403 403 403 403 403 200 200
GET  /vendor/cover/what-if/{insured_plan}                             in 403 403 403 403 200 200 200 200
GET  /vendor/cover/policies                                           in 403 403 403 403 200 200 200 200
GET  /vendor/cover/policies.csv                                       in 403 403 403 403 403 403 200 200
GET  /vendor/cover/policies/{policy}                                  in 403 403 403 403 200 200 200 200
GET  /vendor/cover/plans                                              in 403 403 403 403 200 200 200 200
GET  /vendor/cover/plans/new                                          in 403 403 403 403 403 403 200 200
POST /vendor/cover/plans/new                                          in 403 403 403 403 403 403 200 200
GET  /vendor/cover/plans/{insured_plan}                               in 403 403 403 403 200 200 200 200
GET  /vendor/cover/plans/{insured_plan}/versions                      in 403 403 403 403 403 403 200 200
POST /vendor/cover/plans/{insured_plan}/versions                      in 403 403 403 403 403 403 200 200
POST /vendor/cover/plans/{insured_plan}/sale                          in 403 403 403 403 403 403 303 303

GET  /vendor/settings                                                 in 403 403 403 403 200 200 200 200
GET  /vendor/settings/tax                                             in 403 403 403 403 200 200 200 200
POST /vendor/settings/tax                                             in 403 403 403 403 403 403 302 302
GET  /vendor/settings/commission                                      in 403 403 403 403 200 200 200 200
POST /vendor/settings/commission                                      in 403 403 403 403 403 403 302 302
GET  /vendor/settings/commission/{payee}                              in 403 403 403 403 200 200 200 200
POST /vendor/settings/commission/{payee}                              in 403 403 403 403 403 403 302 302
GET  /vendor/settings/reserve                                         in 403 403 403 403 200 200 200 200
POST /vendor/settings/reserve                                         in 403 403 403 403 403 403 302 302
POST /vendor/settings/tax_rate/{coming_rate}/take-back                in 403 403 403 403 403 403 302 302

POST /webhooks/stripe                                                400 400 400 400 400 400 400 400 400
POST /webhooks/stripe/connect                                        400 400 400 400 400 400 400 400 400

GET  /api/openapi.json                                               200 200 200 200 200 200 200 200 200
GET  /api/v1/catalogue                                               200 200 200 200 200 200 200 200 200
GET  /api/v1/providers                                               200 200 200 200 200 200 200 200 200
GET  /api/v1/providers/{partner}                                     200 200 200 200 200 200 200 200 200
GET  /api/v1/me                                                       in 200 200 200 200 200 200 200 200
GET  /api/v1/cards                                                    in 200 200 200 200 200 200 200 200
POST /api/v1/cards/{card}/renewals                                    in 200 404 404 404 404 404 404 404
POST /api/v1/cards/{card}/remove                                      in 204 404 404 404 404 404 404 404
GET  /api/v1/renewals                                                 in 200 200 200 200 200 200 200 200
GET  /api/v1/plans                                                   200 200 200 200 200 200 200 200 200
GET  /api/v1/policies                                                 in 200 200 200 200 200 200 200 200
POST /api/v1/policies                                                 in 202 202 202 202 202 202 202 202
GET  /api/v1/policies/{policy}                                        in 200 404 404 404 404 404 404 404
POST /api/v1/policies/{policy}/cancel                                 in 200 404 404 404 404 404 404 404
GET  /api/v1/policies/{policy}/claims                                 in 200 404 404 404 404 404 404 404
GET  /api/v1/papers                                                   in 200 200 200 200 200 200 200 200
GET  /api/v1/papers/{receipt}                                         in 200 404 404 404 404 404 200 200
GET  /api/v1/papers/{statement}                                       in 404 404 200 404 404 404 200 200
GET  /api/v1/requests                                                 in 200 200 200 200 200 200 200 200
POST /api/v1/requests                                                 in 201 201 201 201 201 201 201 201
GET  /api/v1/requests/{draft}                                         in 200 404 404 404 404 404 404 404
GET  /api/v1/requests/{matching}                                      in 200 404 404 404 200 200 200 200
GET  /api/v1/requests/{in_progress}                                   in 200 404 200 404 200 200 200 200
POST /api/v1/requests/{draft}/submit                                  in 202 404 404 404 404 404 404 404
POST /api/v1/requests/{refused}/pay                                   in 202 404 404 404 404 404 404 404
POST /api/v1/requests/{draft}/files                                   in 201 404 404 404 404 404 404 404
GET  /api/v1/requests/{draft}/files/{draft_file}                      in 200 404 404 404 404 404 404 404
GET  /api/v1/requests/{matching}/files/{matching_file}                in 200 404 200 404 200 200 200 200
POST /api/v1/requests/{quoted}/choose                                 in 202 404 404 404 404 404 404 404
POST /api/v1/requests/{choosing}/let-go                               in 200 404 404 404 404 404 404 404
POST /api/v1/requests/{quoting}/ask-more                              in 200 404 404 404 404 404 404 404
POST /api/v1/requests/{quoting}/take-back                             in 200 404 404 404 404 404 404 404
GET  /api/v1/requests/{quoted}                                        in 200 404 404 404 200 200 200 200
POST /api/v1/offers/{quoting_offer}/quote                             in 403 403 200 404 403 403 403 403
POST /api/v1/offers/{quoted_offer}/withdraw                           in 403 403 200 404 403 403 403 403
POST /api/v1/requests/{matching}/cancel                               in 200 404 404 404 404 404 404 404
POST /api/v1/requests/{booked}/cancel                                 in 200 404 404 404 404 404 404 404
GET  /api/v1/requests/{in_progress}/messages                          in 200 404 200 404 200 200 200 200
POST /api/v1/requests/{in_progress}/messages                          in 201 404 201 404 404 404 404 404
POST /api/v1/requests/{in_progress}/promise                           in 403 403 200 404 403 403 403 403
POST /api/v1/requests/{in_progress}/resolve                           in 403 403 200 404 403 403 403 403
POST /api/v1/requests/{capped}/time                                   in 403 403 201 404 403 403 403 403
POST /api/v1/requests/{in_progress}/extras                            in 403 403 201 404 403 403 403 403
POST /api/v1/requests/{extended}/extras/2/approve                     in 202 404 404 404 404 404 404 404
POST /api/v1/requests/{extended}/extras/2/decline                     in 200 404 404 404 404 404 404 404
POST /api/v1/requests/{extended}/extras/2/withdraw                    in 403 403 200 404 403 403 403 403
POST /api/v1/requests/{resolved}/dispute                              in 201 404 404 404 404 404 404 404
POST /api/v1/requests/{disputed}/dispute/withdraw                     in 200 404 404 404 404 404 404 404
POST /api/v1/requests/{disputed}/dispute/answer                       in 403 403 200 404 403 403 403 403
POST /api/v1/requests/{disputed}/dispute/concede                      in 403 403 200 404 403 403 403 403
GET  /api/v1/requests/{disputed}/dispute/split                        in 403 403 403 403 200 403 200 200
POST /api/v1/requests/{disputed}/dispute/decide                       in 403 403 403 403 200 403 200 200
POST /api/v1/requests/{resolved}/confirm                              in 200 404 404 404 404 404 404 404
POST /api/v1/requests/{resolved}/reopen                               in 200 404 404 404 404 404 404 404
POST /api/v1/requests/{closed}/rating                                 in 204 404 404 404 404 404 404 404
GET  /api/v1/offers                                                   in 403 403 200 200 403 403 403 403
POST /api/v1/offers/{offer}/accept                                    in 403 403 200 404 403 403 403 403
POST /api/v1/offers/{offer}/decline                                   in 403 403 204 404 403 403 403 403
"""


def read_table():
    """Read the table, as (method, path, what each caller gets)."""
    lines = re.sub(r"(?m)^((?:GET|POST) +\S+)\n +", r"\1 ", TABLE).strip().splitlines()
    rows = [line.split() for line in lines if line.strip()]
    return [(method, path, dict(zip(CALLERS, answers, strict=True))) for method, path, *answers in rows]


ROWS = read_table()
